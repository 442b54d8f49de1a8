package dev.fleetauth.cli;

/**
 * What {@code --help} prints. picocli writes the same, and a test holds the two together: to ask it takes ten times as long
 * as the JVM takes to start.
 */
final class HelpText {

    private static final String TEXT = """
            Usage: fleetauth [-hqvV] [--no-input] [--color=WHEN] [--home=DIR] [-p=NAME]
                             COMMAND
            Gets a valid bearer token for Tesla's Fleet API, and keeps it valid.
              -p, --profile=NAME   The profile; FLEETAUTH_PROFILE, else 'default'.
                  --home=DIR       The folder that everything lies under; FLEETAUTH_HOME.
                  --no-input       Never ask for anything; FLEETAUTH_NO_INPUT=1.
              -q, --quiet          Say nothing but errors on standard error.
              -v, --verbose        Trace requests on standard error, without secrets.
                  --color=WHEN     auto, always or never. NO_COLOR is heeded.
              -h, --help           Show this help message and exit.
              -V, --version        Print version information and exit.
            Commands:
              login     Get a profile its tokens, through a browser or in the application's
                          own name.
              token     Print a valid access token, refreshed first if need be. Never opens
                          a browser.
              refresh   Get a new access token now, whatever the present one's validity.
              inspect   Show what is in a token: the profile's, a file's, or standard
                          input's. The token itself is not shown.
              status    Show every profile, or the one named with -p. Exits with 4 when one
                          of them needs a login.
              revoke    End the grant at the server, where it has a way, and wipe the
                          tokens here. Settings stay.
              logout    Wipe the tokens here and keep the settings. The server is told
                          nothing; see 'revoke'.
              key       How the store is locked.
              region    Show the profile's region and what hints at one, or change it.
              discover  Show the provider as this program sees it: each value, and whether
                          it comes from the provider's document, a correction, or an option.
              explain   Say what an error of the provider or the Fleet API means, and what
                          to do about it.
              doctor    Look for what goes wrong in practice: runtime, home, key, store,
                          terminal, browser, callback, proxy, network, clock, provider.
                          Each with its remedy.
              sandbox   Run a local authorization server that behaves like Tesla's, for
                          trying and testing only.
              demo      Tell the whole story against the sandbox: login, token, refresh,
                          inspect, revoke.

            Exit codes:
              0   done
              1   an unexpected failure, or output that could not be written
              2   wrong usage
              3   not set up: no such profile, a setting missing
              4   a person is needed: log in, or finish a step in the browser
              5   refused by the provider or the person
              6   temporary: try again later
              7   the store could not be opened or written
            """;

    private HelpText() {}

    /** The help, with the system's line ends and without the last. */
    static String get() {
        return TEXT.strip().replace("\n", System.lineSeparator());
    }
}
