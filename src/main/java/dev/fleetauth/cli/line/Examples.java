package dev.fleetauth.cli.line;

import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** The example command lines at the end of each command's help and manual page. */
final class Examples {

    private static final Map<String, List<String>> BY_COMMAND = Map.ofEntries(
            Map.entry(
                    "login",
                    List.of(
                            "fleetauth login --region eu --client-id ID",
                            "fleetauth login --no-browser",
                            "fleetauth login -p app --type partner --client-secret-file secret")),
            Map.entry(
                    "token",
                    List.of(
                            "fleetauth token --format curl | curl -K - https://api.example/vehicles",
                            "fleetauth token --min-validity 10m --out token.txt",
                            "fleetauth token --format dotenv --out token.env")),
            Map.entry("refresh", List.of("fleetauth refresh", "fleetauth refresh --take-over")),
            Map.entry(
                    "exec",
                    List.of(
                            "fleetauth exec -- python3 charge.py",
                            "fleetauth exec --token-file-env TESLA_TOKEN_FILE -- tesla-control wake",
                            "fleetauth exec --env HOME_TOKEN=home --env WORK_TOKEN=work -- python3 sync.py")),
            Map.entry(
                    "serve",
                    List.of("fleetauth serve", "fleetauth serve --on-login-needed 'notify-send \"Log in again\"'")),
            Map.entry(
                    "export",
                    List.of("fleetauth export --export-passphrase-file pass --out car.jwe", "fleetauth export --undo")),
            Map.entry(
                    "import",
                    List.of(
                            "fleetauth import --export-passphrase-file pass car.jwe",
                            "fleetauth import --from cache.json --account sam@example.com")),
            Map.entry("inspect", List.of("fleetauth inspect --verify", "fleetauth inspect - <token.txt")),
            Map.entry("status", List.of("fleetauth status", "fleetauth status --fail-if-expiring 14d")),
            Map.entry("list", List.of("fleetauth list")),
            Map.entry("revoke", List.of("fleetauth revoke")),
            Map.entry("logout", List.of("fleetauth logout", "fleetauth logout -p old --forget")),
            Map.entry("key", List.of("fleetauth key show")),
            Map.entry("store", List.of("fleetauth store init --store postgresql://fleet@db.example.com/fleet")),
            Map.entry("store init", List.of("fleetauth store init --store postgresql://fleet@db.example.com/fleet")),
            Map.entry("store move", List.of("fleetauth store move --to postgresql://fleet@db.example.com/fleet")),
            Map.entry("client", List.of("fleetauth client list")),
            Map.entry(
                    "client add",
                    List.of(
                            "fleetauth client add logger",
                            "fleetauth client add dashboard -p car -p van --proxy-only --read-only")),
            Map.entry("client list", List.of("fleetauth client list --format json")),
            Map.entry("client remove", List.of("fleetauth client remove logger")),
            Map.entry("key show", List.of("fleetauth key show --format json")),
            Map.entry("key new-file", List.of("fleetauth key new-file ~/.fleetauth.key")),
            Map.entry(
                    "key set",
                    List.of("fleetauth key set --keyring", "fleetauth key set --key-command 'pass show fleetauth'")),
            Map.entry("key change-passphrase", List.of("fleetauth key change-passphrase")),
            Map.entry("key rotate", List.of("fleetauth key rotate")),
            Map.entry("key unlock", List.of("fleetauth key unlock --for 8h")),
            Map.entry("key lock", List.of("fleetauth key lock")),
            Map.entry(
                    "register",
                    List.of(
                            "fleetauth register --domain example.com --new-key keys",
                            "fleetauth register --domain example.com --region na,eu --check")),
            Map.entry("region", List.of("fleetauth region --detect", "fleetauth region eu")),
            Map.entry("discover", List.of("fleetauth discover --region cn")),
            Map.entry("explain", List.of("fleetauth explain login_required", "fleetauth explain - <response.txt")),
            Map.entry("doctor", List.of("fleetauth doctor", "fleetauth doctor --format json")),
            Map.entry("sandbox", List.of("fleetauth sandbox --port 8080")),
            Map.entry("demo", List.of("fleetauth demo")),
            Map.entry("docs", List.of("fleetauth docs", "fleetauth docs scripts")),
            Map.entry("completion", List.of("eval \"$(fleetauth completion bash)\"")));

    private Examples() {}

    /** Adds a command's examples to its help. */
    static void addTo(CommandLine command) {
        CommandSpec spec = command.getCommandSpec();
        String name = spec.qualifiedName(" ");
        List<String> lines = BY_COMMAND.get(name.substring(name.indexOf(' ') + 1));
        if (lines != null) {
            spec.usageMessage().footer(lines.stream().map(line -> "  " + line).toArray(String[]::new));
        }
    }
}
