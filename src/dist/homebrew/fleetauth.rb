class Fleetauth < Formula
  desc "Token manager for Tesla's Fleet API"
  homepage "https://github.com/@REPOSITORY@"
  version "@VERSION@"
  license "Apache-2.0"

  on_macos do
    on_arm do
      url "@URL@/fleetauth-@VERSION@-macos-arm64.tar.gz"
      sha256 "@SHA256:macos-arm64.tar.gz@"
    end
    on_intel do
      url "@URL@/fleetauth-@VERSION@-macos-x64.tar.gz"
      sha256 "@SHA256:macos-x64.tar.gz@"
    end
  end
  on_linux do
    on_arm do
      url "@URL@/fleetauth-@VERSION@-linux-arm64.tar.gz"
      sha256 "@SHA256:linux-arm64.tar.gz@"
    end
    on_intel do
      url "@URL@/fleetauth-@VERSION@-linux-x64.tar.gz"
      sha256 "@SHA256:linux-x64.tar.gz@"
    end
  end

  def install
    libexec.install "bin", "lib"
    bin.install_symlink libexec/"bin/fleetauth"
    man1.install Dir["share/man/man1/*.1"]
    bash_completion.install "share/bash-completion/completions/fleetauth"
    zsh_completion.install "share/zsh/site-functions/_fleetauth"
    fish_completion.install "share/fish/vendor_completions.d/fleetauth.fish"
    doc.install Dir["share/doc/fleetauth/*"]
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/fleetauth --version")
  end
end
