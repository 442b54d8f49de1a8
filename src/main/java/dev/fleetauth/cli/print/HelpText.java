package dev.fleetauth.cli.print;

/** The program's help. Written by hand, because generating it takes ten times as long as starting the JVM. */
public final class HelpText {

    private static final String TEXT = """
            Gets a valid bearer token for Tesla's Fleet API, and keeps it valid.

            Usage: fleetauth COMMAND [OPTIONS]

            Get a token and use it:
              login       log in, in a browser or as the application itself
              token       print a valid access token, refreshed first if necessary
              refresh     get a new access token now
              exec        run a program with the token
              serve       provide access tokens to other programs
              client      manage the keys of programs that use serve
              register    register the application: key pair, domain, regions

            Inspect and diagnose:
              status      show every profile: what is valid, and until when
              list        the same as status
              inspect     show what a token contains
              region      show the profile's region and hints about it, or change it
              discover    show the provider's metadata as fleetauth uses it
              explain     explain an error, and what to do about it
              doctor      check for common problems

            Manage profiles:
              key         show and change the key of the store
              store       prepare a database that machines share; move profiles
              export      seal a profile for another machine
              import      import a sealed profile, or another program's refresh token
              revoke      revoke the grant, if the provider supports that; delete the tokens
              logout      delete the tokens here, and keep the settings

            Try it:
              sandbox     run a local server that behaves like Tesla's
              demo        demonstrate the commands with the sandbox
              docs        show the documentation, without a network
              completion  print a completion script for bash, zsh, fish or PowerShell

            Options of every command:
              -p, --profile NAME   the profile; FLEETAUTH_PROFILE, else 'default'
                  --home DIR       the directory for all data; FLEETAUTH_HOME
                  --store URL      where profiles are stored; FLEETAUTH_STORE
                  --no-input       never prompt; FLEETAUTH_NO_INPUT=1
              -q, --quiet          print only errors on standard error
              -v, --verbose        trace requests on standard error, without secrets
                  --color WHEN     auto, always or never; respects NO_COLOR
              -h, --help           show this help, or a command's
              -V, --version        print the version

            Example:
              fleetauth token --format curl | curl -K - https://api.example/vehicles

            Run 'fleetauth help COMMAND' for a command, or 'fleetauth help environment',
            'fleetauth help exit-codes' or 'fleetauth help files' for these topics.
            """;

    private static final String BRIEF = """
            Usage: fleetauth COMMAND [OPTIONS]

              fleetauth login    log in, in a browser
              fleetauth token    print a valid access token, refreshed first if necessary
              fleetauth status   show every profile: what is valid, and until when
              fleetauth demo     try everything with the sandbox, without an account

            'fleetauth --help' lists every command.
            """;

    private HelpText() {}

    /** The help with the system's line separators, without a trailing one. */
    public static String get() {
        return TEXT.strip().replace("\n", System.lineSeparator());
    }

    /** The brief help that is shown if the command is missing. */
    public static String brief() {
        return BRIEF.strip().replace("\n", System.lineSeparator());
    }
}
