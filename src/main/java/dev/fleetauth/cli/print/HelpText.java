package dev.fleetauth.cli.print;

/** What {@code --help} prints: written by hand, because to have it made takes ten times as long as the JVM takes to start. */
public final class HelpText {

    private static final String TEXT = """
            Gets a valid bearer token for Tesla's Fleet API, and keeps it valid.

            Usage: fleetauth COMMAND [OPTIONS]

            Get a token and use it:
              login       get a profile its tokens: in a browser, or as the application
              token       print a valid access token, refreshed first if need be
              refresh     get a new access token now
              exec        run a program with the token
              register    register the application: key pair, domain, regions

            See how things are:
              status      every profile: what is valid, and until when
              list        the same as status
              inspect     what is in a token
              region      the region of a profile, what hints at one, how to change it
              discover    the provider as this program sees it
              explain     what an error means, and what to do about it
              doctor      look for what goes wrong in practice

            Keep and end:
              key         how the store is locked
              store       a database that machines share; move profiles to it
              export      seal a profile for another machine
              import      take a sealed profile, or another program's refresh token
              revoke      end the grant, where the provider has a way; wipe the tokens here
              logout      wipe the tokens here, and keep the settings

            Try it:
              sandbox     a local server that behaves like Tesla's
              demo        the whole story against the sandbox
              docs        the documentation, without a network
              completion  completion for bash, zsh, fish and PowerShell

            Options of every command:
              -p, --profile NAME   the profile; FLEETAUTH_PROFILE, else 'default'
                  --home DIR       the directory for all data; FLEETAUTH_HOME
                  --store URL      where profiles are kept; FLEETAUTH_STORE
                  --no-input       never prompt; FLEETAUTH_NO_INPUT=1
              -q, --quiet          print errors only on standard error
              -v, --verbose        trace requests on standard error, without secrets
                  --color WHEN     auto, always or never; respects NO_COLOR
              -h, --help           show this help, or a command's
              -V, --version        print the version

            Example:
              fleetauth token --format curl | curl -K - https://api.example/vehicles

            'fleetauth help COMMAND' explains a command; so do 'fleetauth help environment',
            'fleetauth help exit-codes' and 'fleetauth help files' for the program.
            """;

    private static final String BRIEF = """
            Usage: fleetauth COMMAND [OPTIONS]

              fleetauth login    get a profile its tokens, in a browser
              fleetauth token    print a valid access token, refreshed first if needed
              fleetauth status   show every profile: what is valid, and until when
              fleetauth demo     try all of it against the sandbox, without an account

            'fleetauth --help' lists every command.
            """;

    private HelpText() {}

    /** The help, with the system's line ends and without the last. */
    public static String get() {
        return TEXT.strip().replace("\n", System.lineSeparator());
    }

    /** What is shown where no command was given. */
    public static String brief() {
        return BRIEF.strip().replace("\n", System.lineSeparator());
    }
}
