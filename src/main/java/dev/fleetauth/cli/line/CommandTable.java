package dev.fleetauth.cli.line;

import org.jspecify.annotations.Nullable;

/**
 * The commands as picocli's model has them, so that no start has to build it. {@code CommandTableTest} writes this file;
 * {@link Argument} tells what stands in a line.
 */
final class CommandTable {

    private CommandTable() {}

    /** A line for each that may follow a command. */
    static String arguments(String command) {
        return switch (command) {
            case "" -> """
                    --profile -p|1|ProfileName|profile|NAME||The profile; FLEETAUTH_PROFILE, else 'default'
                    --home|1|Path|home|DIR||The directory for all fleetauth data; FLEETAUTH_HOME
                    --store|1|String|store|URL||Where profiles are kept: file:, which is the home, file:/DIR, or postgresql://USER@HOST/DATABASE, which machines share; FLEETAUTH_STORE
                    --no-input|0|boolean|noInput|||Never prompt; FLEETAUTH_NO_INPUT=1
                    --quiet -q|0|boolean|quiet|||Print errors only on standard error
                    --verbose -v|0|boolean|verbose|||Trace requests on standard error, without secrets
                    --color|1|Color|color|WHEN|auto always never|auto, always or never
                    --help -h|0|boolean||||Show this help message and exit
                    --version -V|0|boolean||||Print version information and exit
                    login||||||Get a profile its tokens, through a browser or in the application's own name
                    token||||||Print a valid access token, refreshed first if need be
                    refresh||||||Get a new access token now, whatever the present one's validity
                    inspect||||||Show what is in a token: the profile's, a file's, or standard input's
                    status||||||Show every profile, or all about the one named with -p
                    list||||||Show every profile, as 'fleetauth status' does
                    revoke||||||End the grant at the server, where it has a way, and wipe the tokens here
                    logout||||||Wipe the tokens here and keep the settings
                    exec||||||Run a program with a valid access token in FLEETAUTH_ACCESS_TOKEN, and with no other variable of fleetauth's
                    export||||||Move a profile to another machine: mark it as moved here, and print it sealed for 'import' there
                    import||||||Take a profile that 'export' sealed on another machine, under its name or the one of -p
                    key||||||How the store is locked
                    store||||||Profiles in a database that several machines share
                    register||||||Register the application with Tesla's Fleet API: key pair, hosted key, region, pairing
                    region||||||Show the profile's region and what hints at one, or change it
                    discover||||||Show the provider as this program sees it: each value, and whether it comes from the provider's document, a correction, or an option
                    explain||||||Say what an error of the provider or the Fleet API means, and what to do about it
                    doctor||||||Look for what goes wrong in practice: runtime, home, key, store, login, registration, terminal, browser, callback, proxy, network, clock, provider
                    sandbox||||||Run a local authorization server that behaves like Tesla's, for trying and testing only
                    demo||||||Tell the whole story against the sandbox: login, token, refresh, inspect, revoke
                    docs||||||Show a page of the documentation, or list the pages
                    completion||||||Print the script that completes commands, options, profiles, scopes and more in a shell
                    """;
            case "login" -> """
                    --type|1|String|provider.type|TYPE||Tesla's token type; third-party
                    --issuer|1|String|provider.issuer|URL||Another OpenID provider, by its issuer
                    --region|1|String|provider.region|REGION||Tesla's region: na (default), eu or cn
                    --cacert|1|String|provider.cacert|FILE||PEM certificates to trust in addition to the system's
                    --endpoint|1|Map||NAME=URL||Use this endpoint instead of the provider's; repeatable
                    --client-id|1|String|client.clientId|ID||The application's client id
                    --client-secret-file|1|String|client.clientSecretFile|FILE||A file with the client secret; - for standard input
                    --auth-code-file|1|String|authCodeFile|FILE||With --type business: a file with its auth code
                    --client-auth|1|String|clientAuth|METHOD||client_secret_basic or client_secret_post
                    --scope|1|List||SCOPE||Scopes to request, or 'all'; repeatable
                    --audience|1|String|audience|AUDIENCE||The audience; for Tesla that of the region
                    --resource|1|String|resource|URL||The resource that the token is for (RFC 8707)
                    --grant|1|String|grant|GRANT||authorization-code (default), client-credentials
                    --redirect-uri|1|String|redirectUri|URL||The registered redirect URI
                    --no-browser|0|boolean||||Print the address instead of opening a browser
                    --paste|0|boolean||||Paste the address at which the browser ends
                    --reconsent|0|boolean|consent.reconsent|||Ask again for scopes that were not granted before
                    --require-all-scopes|0|boolean|consent.requireAllScopes|||Let Tesla grant all of the scopes or nothing
                    --show-keypair-step|0|boolean|consent.showKeypairStep|||Let Tesla show how to add the key to a vehicle
                    --prompt-login|0|boolean|consent.promptLogin|||Log in on the provider's page again in any case
                    --locale|1|String|consent.locale|LOCALE||The language of the provider's page, such as de-DE
                    --timeout|1|Duration|timeout|TIME||How long to wait for the browser; 5m
                    --replace|0|boolean|replace|||Replace a login of another person or application
                    """;
            case "token" -> """
                    --min-validity|1|Duration|minValidity|TIME||Minimum validity; 60s, or a tenth of its life
                    --format|1|TokenFormat|format|FORMAT|raw header json curl env dotenv powershell|raw, header, json, curl, env, dotenv or powershell
                    --no-refresh|0|boolean|noRefresh|||Print it only if it is valid already
                    --out|1|Path|out|FILE||Write to a file that only you can read; - is standard output
                    --export-key-file|1|String||FILE||Seal exports with this key file
                    --export-passphrase-file|1|String||FILE||Seal exports with the passphrase in this file
                    --after-refresh|1|String|afterRefresh.command|CMD||Run this after each refresh, to keep the export elsewhere
                    """;
            case "refresh" -> """
                    --format|1|TokenFormat|format|FORMAT|raw header json curl env dotenv powershell|Print the new token: raw, header, json, curl, env, dotenv or powershell
                    --take-over|0|boolean|takeOver|||Post the refresh token although the answer to an earlier attempt may be lost
                    --export-key-file|1|String||FILE||Seal exports with this key file
                    --export-passphrase-file|1|String||FILE||Seal exports with the passphrase in this file
                    --after-refresh|1|String|afterRefresh.command|CMD||Run this after each refresh, to keep the export elsewhere
                    """;
            case "inspect" -> """
                    |0..1|String|file|FILE||A file that holds a token, or - for standard input; without it, the profile's access token
                    --id-token|0|boolean|idToken|||The profile's id token instead of its access token
                    --refresh-token|0|boolean|refreshToken|||The profile's refresh token instead: since when, and how long yet
                    --verify|0|boolean|verify|||Check it against the keys of its issuer: Tesla, or the profile's provider
                    --format|1|ReportFormat|format|FORMAT|text json|text or json
                    """;
            case "status" -> """
                    --fail-if-expiring|1|Duration|failIfExpiring|TIME||Exit with 4 also when one of them needs a login within this time, such as 14d
                    --format|1|ReportFormat|format|FORMAT|text json|text or json
                    """;
            case "list" -> """
                    --fail-if-expiring|1|Duration||TIME||Exit with 4 also when one of them needs a login within this time, such as 14d
                    --format|1|ReportFormat||FORMAT|text json|text or json
                    """;
            case "revoke" -> """
                    --probe|0|boolean|probe|||Prove it: refresh once before the wipe
                    """;
            case "logout" -> """
                    --forget|0|boolean|forget|||Remove the profile, settings and all
                    """;
            case "exec" -> """
                    |1..*!|List|command|CMD||The program and its arguments, behind --
                    --min-validity|1|Duration|minValidity|TIME||Minimum validity; 60s, or a tenth of its life
                    --env|1|List||NAME[=PROFILE]||A variable for the token; repeatable
                    --token-file-env|1|List||NAME[=PROFILE]||A variable for the path of a token file; repeatable
                    --export-key-file|1|String||FILE||Seal exports with this key file
                    --export-passphrase-file|1|String||FILE||Seal exports with the passphrase in this file
                    --after-refresh|1|String|afterRefresh.command|CMD||Run this after each refresh, to keep the export elsewhere
                    """;
            case "export" -> """
                    --copy|0|boolean||||Leave the profile in use here as well
                    --undo|0|boolean||||Take a move back, because the copy is lost or was never used
                    --out|1|Path|out|FILE||Write to a file that only you can read; - is standard output
                    --export-key-file|1|String||FILE||Seal exports with this key file
                    --export-passphrase-file|1|String||FILE||Seal exports with the passphrase in this file
                    """;
            case "import" -> """
                    |0..1|String|file|FILE||The export, or - for standard input
                    --refresh-token-file|1|String|refreshTokenFile|FILE||Another program's refresh token
                    --from|1|String|foreignFile|FILE||Another program's file, recognized by its content
                    --account|1|String|account|ACCOUNT||With --from: which of several accounts
                    --yes|0|boolean|isStopped|||With --from: the other program is stopped
                    --replace|0|boolean|replace|||Replace another login or a newer state
                    --export-key-file|1|String||FILE||Seal exports with this key file
                    --export-passphrase-file|1|String||FILE||Seal exports with the passphrase in this file
                    --type|1|String|provider.type|TYPE||Tesla's token type; third-party
                    --issuer|1|String|provider.issuer|URL||Another OpenID provider, by its issuer
                    --region|1|String|provider.region|REGION||Tesla's region: na (default), eu or cn
                    --cacert|1|String|provider.cacert|FILE||PEM certificates to trust in addition to the system's
                    --endpoint|1|Map||NAME=URL||Use this endpoint instead of the provider's; repeatable
                    --client-id|1|String|client.clientId|ID||The application's client id
                    --client-secret-file|1|String|client.clientSecretFile|FILE||A file with the client secret; - for standard input
                    --scope|1|List||SCOPE||The scope that the refresh token was granted for
                    """;
            case "key" -> """
                    set||||||Let the store be opened by something else from now on, or make a store that is
                    change-passphrase||||||Ask for a new passphrase in place of the present one
                    lock||||||End what 'key unlock' began
                    new-file||||||Make a key file: 32 random bytes as a JWK that only you can read
                    rotate||||||Give the store a new key and seal every profile with it
                    show||||||Say what opens the store
                    unlock||||||Keep the store open for this session, so that nothing is asked: in memory, until it is locked, the time is over, the session ends or the machine stops
                    """;
            case "key set" -> """
                    --passphrase|0|boolean||||A passphrase, which is asked for
                    --passphrase-command|1|String||CMD||A passphrase that a command prints; later FLEETAUTH_PASSPHRASE_COMMAND
                    --key-file|1|String||FILE||A key file, which is made if there is none
                    --key-command|1|String||CMD||A key, as the JWK of a key file, that a command prints; later FLEETAUTH_KEY_COMMAND
                    --keyring|0..1|String||HELPER||A new key in the system's keyring, behind secret-tool, security, docker-credential-HELPER, or a program of that protocol
                    """;
            case "key change-passphrase" -> """
                    """;
            case "key lock" -> """
                    """;
            case "key new-file" -> """
                    |1!|Path||PATH||Where; nothing is overwritten
                    """;
            case "key rotate" -> """
                    """;
            case "key show" -> """
                    --format|1|ReportFormat||FORMAT|text json|text or json
                    """;
            case "key unlock" -> """
                    --for|1|Duration||TIME||How long; 8h
                    """;
            case "store" -> """
                    init||||||Make the table in the database that --store names, and print the rights to grant and revoke
                    move||||||Move every profile, or the one named with -p, from the store in use to another one
                    """;
            case "store init" -> """
                    """;
            case "store move" -> """
                    --to|1!|String||URL||The other store, as for --store
                    --replace|0|boolean||||Also where another login has the name there, or where it was before and has left
                    """;
            case "register" -> """
                    --domain|1!|String|domain|DOMAIN||The domain that hosts the public key, such as example.com
                    --region|1|List||REGION||Tesla's region: na, eu or cn, or na,eu; the profile's
                    --public-key|1|Path||FILE||The public key of the application, in PEM
                    --new-key|1|Path||DIR||The directory of its key pair, which is made if there is none
                    --check|0|boolean|check|||Change nothing, and show what is missing
                    --format|1|ReportFormat|format|FORMAT|text json|text or json
                    """;
            case "region" -> """
                    |0..1|String|region|REGION||The region from now on: na, eu or cn
                    --detect|0|boolean|detect|||Ask the Fleet API too, with the access token
                    --format|1|ReportFormat|format|FORMAT|text json|text or json
                    """;
            case "discover" -> """
                    --type|1|String|provider.type|TYPE||Tesla's token type; third-party
                    --issuer|1|String|provider.issuer|URL||Another OpenID provider, by its issuer
                    --region|1|String|provider.region|REGION||Tesla's region: na (default), eu or cn
                    --cacert|1|String|provider.cacert|FILE||PEM certificates to trust in addition to the system's
                    --endpoint|1|Map||NAME=URL||Use this endpoint instead of the provider's; repeatable
                    --format|1|ReportFormat|format|FORMAT|text json|text or json
                    """;
            case "explain" -> """
                    |0..*|List|words|ERROR||An error code, an HTTP status or the words of a page; or - for a whole answer on standard input, as curl or 'curl -i' prints it, or the address of a callback
                    --format|1|ReportFormat|format|FORMAT|text json|text or json
                    """;
            case "doctor" -> """
                    --format|1|ReportFormat|format|FORMAT|text json|text or json
                    --move-home|0|boolean|moveHome|||Move a home that is with the settings to the place for state, and look for nothing else
                    """;
            case "sandbox" -> """
                    --port|1|int||N||The port; a free one without it
                    --strict|0|boolean|strict|||Be a plain standard OpenID provider instead
                    --region|1|String|region|REGION||The region that is played: na (default), eu or cn
                    --account-region|1|String|accountRegion|REGION||Where the person's account is, if it is elsewhere: the API then answers 421
                    --token-life|1|Duration|tokenLife|TIME||How long access tokens live; 8h
                    --granted-scopes|1|String|grantedScopes|SCOPES||All that the application may ask for, such as 'openid offline_access'; every scope without it
                    --refresh-ends-access-tokens|0|boolean|refreshEndsAccessTokens|||Let a refresh end the access tokens before it
                    """;
            case "demo" -> """
                    """;
            case "docs" -> """
                    |0..1|String|page|PAGE||The name of a page, such as scripts
                    --man-pages|1|Path|manPages|DIR||Write the manual pages to a directory instead, such as ~/.local/share/man/man1
                    """;
            case "completion" -> """
                    |1!|Shell|shell|SHELL|bash zsh fish powershell|bash, zsh, fish or powershell
                    """;
            case "__complete" -> """
                    |0..*|List|words|<words>||
                    """;
            default -> "";
        };
    }

    /** A command's help; null if it has none here. */
    static @Nullable String help(String command) {
        return switch (command) {
            case "login" -> """
                    Usage: fleetauth login [OPTIONS]
                    Get a profile its tokens, through a browser or in the application's own name.
                    A second login on a profile needs no setting repeated.

                    Tesla has five kinds of token (--type), each for a use of its own:
                      third-party  an app acting for a person; also for your own car (default)
                      partner      the application itself; all partner endpoints
                      business     an app acting for a Tesla for Business account
                      open-source  an open-source app, without a secret; closed to new apps
                      owner        the mobile app's API ("v3 token"); refused to most since 6/2026

                      --type TYPE                Tesla's token type; third-party.
                      --issuer URL               Another OpenID provider, by its issuer.
                      --region REGION            Tesla's region: na (default), eu or cn.
                      --cacert FILE              PEM certificates to trust in addition to the
                                                 system's.
                      --endpoint NAME=URL        Use this endpoint instead of the provider's;
                                                 repeatable.
                      --client-id ID             The application's client id.
                      --client-secret-file FILE  A file with the client secret; - for standard
                                                 input.
                      --auth-code-file FILE      With --type business: a file with its auth code.
                      --client-auth METHOD       client_secret_basic or client_secret_post.
                      --scope SCOPE              Scopes to request, or 'all'; repeatable.
                      --audience AUDIENCE        The audience; for Tesla that of the region.
                      --resource URL             The resource that the token is for (RFC 8707).
                      --grant GRANT              authorization-code (default), client-credentials.
                      --redirect-uri URL         The registered redirect URI.
                      --no-browser               Print the address instead of opening a browser.
                      --paste                    Paste the address at which the browser ends.
                      --reconsent                Ask again for scopes that were not granted before.
                      --require-all-scopes       Let Tesla grant all of the scopes or nothing.
                      --show-keypair-step        Let Tesla show how to add the key to a vehicle.
                      --prompt-login             Log in on the provider's page again in any case.
                      --locale LOCALE            The language of the provider's page, such as de-DE.
                      --timeout TIME             How long to wait for the browser; 5m.
                      --replace                  Replace a login of another person or application.

                    Examples:
                      fleetauth login --region eu --client-id ID
                      fleetauth login --no-browser
                      fleetauth login -p app --type partner --client-secret-file secret

                    Also: -h, -p, --home, --store, --no-input, -q, -v, --color ('fleetauth help').
                    """;
            case "token" -> """
                    Usage: fleetauth token [OPTIONS]
                    Print a valid access token, refreshed first if need be. Never opens a browser.

                      --min-validity TIME     Minimum validity; 60s, or a tenth of its life.
                      --format FORMAT         raw, header, json, curl, env, dotenv or powershell.
                      --no-refresh            Print it only if it is valid already.
                      --out FILE              Write to a file that only you can read; - is standard
                                              output.
                      --export-key-file FILE  Seal exports with this key file.
                      --export-passphrase-file FILE
                                              Seal exports with the passphrase in this file.
                      --after-refresh CMD     Run this after each refresh, to keep the export
                                              elsewhere.

                    Examples:
                      fleetauth token --format curl | curl -K - https://api.example/vehicles
                      fleetauth token --min-validity 10m --out token.txt
                      fleetauth token --format dotenv --out token.env

                    Also: -h, -p, --home, --store, --no-input, -q, -v, --color ('fleetauth help').
                    """;
            case "refresh" -> """
                    Usage: fleetauth refresh [OPTIONS]
                    Get a new access token now, whatever the present one's validity.

                      --format FORMAT         Print the new token: raw, header, json, curl, env,
                                              dotenv or powershell. Without it, nothing is printed.
                      --take-over             Post the refresh token although the answer to an
                                              earlier attempt may be lost.
                      --export-key-file FILE  Seal exports with this key file.
                      --export-passphrase-file FILE
                                              Seal exports with the passphrase in this file.
                      --after-refresh CMD     Run this after each refresh, to keep the export
                                              elsewhere.

                    Examples:
                      fleetauth refresh
                      fleetauth refresh --take-over

                    Also: -h, -p, --home, --store, --no-input, -q, -v, --color ('fleetauth help').
                    """;
            case "inspect" -> """
                    Usage: fleetauth inspect [OPTIONS] [FILE]
                    Show what is in a token: the profile's, a file's, or standard input's. The token
                    itself is not shown.

                      FILE             A file that holds a token, or - for standard input; without
                                       it, the profile's access token.
                      --id-token       The profile's id token instead of its access token.
                      --refresh-token  The profile's refresh token instead: since when, and how long
                                       yet.
                      --verify         Check it against the keys of its issuer: Tesla, or the
                                       profile's provider.
                      --format FORMAT  text or json.

                    Examples:
                      fleetauth inspect --verify
                      fleetauth inspect - <token.txt

                    Also: -h, -p, --home, --store, --no-input, -q, -v, --color ('fleetauth help').
                    """;
            case "status" -> """
                    Usage: fleetauth status [OPTIONS]
                    Show every profile, or all about the one named with -p. Exits with 4 when one of
                    them needs a login.

                      --fail-if-expiring TIME  Exit with 4 also when one of them needs a login
                                               within this time, such as 14d.
                      --format FORMAT          text or json.

                    Examples:
                      fleetauth status
                      fleetauth status --fail-if-expiring 14d

                    Also: -h, -p, --home, --store, --no-input, -q, -v, --color ('fleetauth help').
                    """;
            case "list" -> """
                    Usage: fleetauth list [OPTIONS]
                    Show every profile, as 'fleetauth status' does.

                      --fail-if-expiring TIME  Exit with 4 also when one of them needs a login
                                               within this time, such as 14d.
                      --format FORMAT          text or json.

                    Example:
                      fleetauth list

                    Also: -h, -p, --home, --store, --no-input, -q, -v, --color ('fleetauth help').
                    """;
            case "revoke" -> """
                    Usage: fleetauth revoke [OPTIONS]
                    End the grant at the server, where it has a way, and wipe the tokens here.
                    Settings stay.

                      --probe  Prove it: refresh once before the wipe. If that works the grant still
                               lives, and the new tokens are kept; it spends the refresh token,
                               which cuts off any other copy of it.

                    Example:
                      fleetauth revoke

                    Also: -h, -p, --home, --store, --no-input, -q, -v, --color ('fleetauth help').
                    """;
            case "logout" -> """
                    Usage: fleetauth logout [OPTIONS]
                    Wipe the tokens here and keep the settings. The server is told nothing; see
                    'revoke'.

                      --forget  Remove the profile, settings and all.

                    Examples:
                      fleetauth logout
                      fleetauth logout -p old --forget

                    Also: -h, -p, --home, --store, --no-input, -q, -v, --color ('fleetauth help').
                    """;
            case "exec" -> """
                    Usage: fleetauth exec [OPTIONS] -- CMD [ARGS...]
                    Run a program with a valid access token in FLEETAUTH_ACCESS_TOKEN, and with no
                    other variable of fleetauth's.
                    With --env or --token-file-env, it is in the variables that they name instead.
                    Its exit code is this command's: 126 if it cannot be run, 127 if it is not
                    there.

                      CMD                     The program and its arguments, behind --.
                      --min-validity TIME     Minimum validity; 60s, or a tenth of its life.
                      --env NAME[=PROFILE]    A variable for the token; repeatable.
                      --token-file-env NAME[=PROFILE]
                                              A variable for the path of a token file; repeatable.
                      --export-key-file FILE  Seal exports with this key file.
                      --export-passphrase-file FILE
                                              Seal exports with the passphrase in this file.
                      --after-refresh CMD     Run this after each refresh, to keep the export
                                              elsewhere.

                    Examples:
                      fleetauth exec -- python3 charge.py
                      fleetauth exec --token-file-env TESLA_TOKEN_FILE -- tesla-control wake
                      fleetauth exec --env HOME_TOKEN=home --env WORK_TOKEN=work -- python3 sync.py

                    Also: -h, -p, --home, --store, --no-input, -q, -v, --color ('fleetauth help').
                    """;
            case "export" -> """
                    Usage: fleetauth export [OPTIONS]
                    Move a profile to another machine: mark it as moved here, and print it sealed
                    for 'import' there.
                    Run again, it prints the same again; nothing is lost if the copy is.

                      --copy                  Leave the profile in use here as well.
                      --undo                  Take a move back, because the copy is lost or was
                                              never used.
                      --out FILE              Write to a file that only you can read; - is standard
                                              output.
                      --export-key-file FILE  Seal exports with this key file.
                      --export-passphrase-file FILE
                                              Seal exports with the passphrase in this file.

                    Examples:
                      fleetauth export --export-passphrase-file pass --out car.jwe
                      fleetauth export --undo

                    Also: -h, -p, --home, --store, --no-input, -q, -v, --color ('fleetauth help').
                    """;
            case "import" -> """
                    Usage: fleetauth import [OPTIONS] [FILE]
                    Take a profile that 'export' sealed on another machine, under its name or the
                    one of -p.
                    With --from or --refresh-token-file, take over the refresh token of another
                    program.

                      FILE                       The export, or - for standard input.
                      --refresh-token-file FILE  Another program's refresh token.
                      --from FILE                Another program's file, recognized by its content.
                      --account ACCOUNT          With --from: which of several accounts.
                      --yes                      With --from: the other program is stopped.
                      --replace                  Replace another login or a newer state.
                      --export-key-file FILE     Seal exports with this key file.
                      --export-passphrase-file FILE
                                                 Seal exports with the passphrase in this file.
                      --type TYPE                Tesla's token type; third-party.
                      --issuer URL               Another OpenID provider, by its issuer.
                      --region REGION            Tesla's region: na (default), eu or cn.
                      --cacert FILE              PEM certificates to trust in addition to the
                                                 system's.
                      --endpoint NAME=URL        Use this endpoint instead of the provider's;
                                                 repeatable.
                      --client-id ID             The application's client id.
                      --client-secret-file FILE  A file with the client secret; - for standard
                                                 input.
                      --scope SCOPE              The scope that the refresh token was granted for.

                    Examples:
                      fleetauth import --export-passphrase-file pass car.jwe
                      fleetauth import --from cache.json --account sam@example.com

                    Also: -h, -p, --home, --store, --no-input, -q, -v, --color ('fleetauth help').
                    """;
            case "key" -> """
                    Usage: fleetauth key [OPTIONS] COMMAND
                    How the store is locked.

                      set                Let the store be opened by something else from now on, or
                                         make a store that is.
                      change-passphrase  Ask for a new passphrase in place of the present one.
                      lock               End what 'key unlock' began.
                      new-file           Make a key file: 32 random bytes as a JWK that only you can
                                         read.
                      rotate             Give the store a new key and seal every profile with it.
                      show               Say what opens the store.
                      unlock             Keep the store open for this session, so that nothing is
                                         asked: in memory, until it is locked, the time is over, the
                                         session ends or the machine stops.

                    Example:
                      fleetauth key show

                    Also: -h, -p, --home, --store, --no-input, -q, -v, --color ('fleetauth help').
                    """;
            case "key set" -> """
                    Usage: fleetauth key set [OPTIONS]
                    Let the store be opened by something else from now on, or make a store that is.
                    What opens it now is needed once more. The old way works until the new one is
                    proved.

                      --passphrase              A passphrase, which is asked for.
                      --passphrase-command CMD  A passphrase that a command prints; later
                                                FLEETAUTH_PASSPHRASE_COMMAND.
                      --key-file FILE           A key file, which is made if there is none. The
                                                store remembers its path.
                      --key-command CMD         A key, as the JWK of a key file, that a command
                                                prints; later FLEETAUTH_KEY_COMMAND.
                      --keyring HELPER          A new key in the system's keyring, behind
                                                secret-tool, security, docker-credential-HELPER, or
                                                a program of that protocol.

                    Examples:
                      fleetauth key set --keyring
                      fleetauth key set --key-command 'pass show fleetauth'

                    Also: -h, -p, --home, --store, --no-input, -q, -v, --color ('fleetauth help').
                    """;
            case "key change-passphrase" -> """
                    Usage: fleetauth key change-passphrase [OPTIONS]
                    Ask for a new passphrase in place of the present one.

                    Example:
                      fleetauth key change-passphrase

                    Also: -h, -p, --home, --store, --no-input, -q, -v, --color ('fleetauth help').
                    """;
            case "key lock" -> """
                    Usage: fleetauth key lock [OPTIONS]
                    End what 'key unlock' began.

                    Example:
                      fleetauth key lock

                    Also: -h, -p, --home, --store, --no-input, -q, -v, --color ('fleetauth help').
                    """;
            case "key new-file" -> """
                    Usage: fleetauth key new-file [OPTIONS] PATH
                    Make a key file: 32 random bytes as a JWK that only you can read.

                      PATH  Where; nothing is overwritten.

                    Example:
                      fleetauth key new-file ~/.fleetauth.key

                    Also: -h, -p, --home, --store, --no-input, -q, -v, --color ('fleetauth help').
                    """;
            case "key rotate" -> """
                    Usage: fleetauth key rotate [OPTIONS]
                    Give the store a new key and seal every profile with it. What opens the store
                    stays the same. One that was interrupted is gone on with.

                    Example:
                      fleetauth key rotate

                    Also: -h, -p, --home, --store, --no-input, -q, -v, --color ('fleetauth help').
                    """;
            case "key show" -> """
                    Usage: fleetauth key show [OPTIONS]
                    Say what opens the store. No key is shown, and none is needed.

                      --format FORMAT  text or json.

                    Example:
                      fleetauth key show --format json

                    Also: -h, -p, --home, --store, --no-input, -q, -v, --color ('fleetauth help').
                    """;
            case "key unlock" -> """
                    Usage: fleetauth key unlock [OPTIONS]
                    Keep the store open for this session, so that nothing is asked: in memory, until
                    it is locked, the time is over, the session ends or the machine stops.

                      --for TIME  How long; 8h.

                    Example:
                      fleetauth key unlock --for 8h

                    Also: -h, -p, --home, --store, --no-input, -q, -v, --color ('fleetauth help').
                    """;
            case "store" -> """
                    Usage: fleetauth store [OPTIONS] COMMAND
                    Profiles in a database that several machines share.

                      init  Make the table in the database that --store names, and print the rights
                            to grant and revoke.
                      move  Move every profile, or the one named with -p, from the store in use to
                            another one.

                    Example:
                      fleetauth store init --store postgresql://fleet@db.example.com/fleet

                    Also: -h, -p, --home, --store, --no-input, -q, -v, --color ('fleetauth help').
                    """;
            case "store init" -> """
                    Usage: fleetauth store init [OPTIONS]
                    Make the table in the database that --store names, and print the rights to grant
                    and revoke.

                    Example:
                      fleetauth store init --store postgresql://fleet@db.example.com/fleet

                    Also: -h, -p, --home, --store, --no-input, -q, -v, --color ('fleetauth help').
                    """;
            case "store move" -> """
                    Usage: fleetauth store move [OPTIONS]
                    Move every profile, or the one named with -p, from the store in use to another
                    one.
                    It cannot be used here any more before it can be there. One that was interrupted
                    is gone on with.

                      --to URL   The other store, as for --store.
                      --replace  Also where another login has the name there, or where it was before
                                 and has left.

                    Example:
                      fleetauth store move --to postgresql://fleet@db.example.com/fleet

                    Also: -h, -p, --home, --store, --no-input, -q, -v, --color ('fleetauth help').
                    """;
            case "register" -> """
                    Usage: fleetauth register [OPTIONS]
                    Register the application with Tesla's Fleet API: key pair, hosted key, region,
                    pairing.
                    Each step first looks at what is there: run the same command again after any
                    failure.

                    The client id and secret are the profile's or, before its first login, those of
                    FLEETAUTH_CLIENT_ID and FLEETAUTH_CLIENT_SECRET_FILE. Tesla may bill the calls
                    to the Fleet API.

                      --domain DOMAIN    The domain that hosts the public key, such as example.com.
                      --region REGION    Tesla's region: na, eu or cn, or na,eu; the profile's.
                      --public-key FILE  The public key of the application, in PEM.
                      --new-key DIR      The directory of its key pair, which is made if there is
                                         none.
                      --check            Change nothing, and show what is missing.
                      --format FORMAT    text or json.

                    Examples:
                      fleetauth register --domain example.com --new-key keys
                      fleetauth register --domain example.com --region na,eu --check

                    Also: -h, -p, --home, --store, --no-input, -q, -v, --color ('fleetauth help').
                    """;
            case "region" -> """
                    Usage: fleetauth region [OPTIONS] [REGION]
                    Show the profile's region and what hints at one, or change it.
                    A hint never changes anything by itself: each has been seen wrong.

                      REGION           The region from now on: na, eu or cn. Between na and eu no
                                       login is needed.
                      --detect         Ask the Fleet API too, with the access token.
                      --format FORMAT  text or json.

                    Examples:
                      fleetauth region --detect
                      fleetauth region eu

                    Also: -h, -p, --home, --store, --no-input, -q, -v, --color ('fleetauth help').
                    """;
            case "discover" -> """
                    Usage: fleetauth discover [OPTIONS]
                    Show the provider as this program sees it: each value, and whether it comes from
                    the provider's document, a correction, or an option.

                      --type TYPE          Tesla's token type; third-party.
                      --issuer URL         Another OpenID provider, by its issuer.
                      --region REGION      Tesla's region: na (default), eu or cn.
                      --cacert FILE        PEM certificates to trust in addition to the system's.
                      --endpoint NAME=URL  Use this endpoint instead of the provider's; repeatable.
                      --format FORMAT      text or json.

                    Example:
                      fleetauth discover --region cn

                    Also: -h, -p, --home, --store, --no-input, -q, -v, --color ('fleetauth help').
                    """;
            case "explain" -> """
                    Usage: fleetauth explain [OPTIONS] [ERROR...]
                    Say what an error of the provider or the Fleet API means, and what to do about
                    it.

                      ERROR            An error code, an HTTP status or the words of a page; or -
                                       for a whole answer on standard input, as curl or 'curl -i'
                                       prints it, or the address of a callback. Without it, all
                                       errors are listed in short, and with --format json in full.
                      --format FORMAT  text or json.

                    Examples:
                      fleetauth explain login_required
                      fleetauth explain - <answer.txt

                    Also: -h, -p, --home, --store, --no-input, -q, -v, --color ('fleetauth help').
                    """;
            case "doctor" -> """
                    Usage: fleetauth doctor [OPTIONS]
                    Look for what goes wrong in practice: runtime, home, key, store, login,
                    registration, terminal, browser, callback, proxy, network, clock, provider. Each
                    with its remedy.
                    Nothing is changed, no token is sent, and nothing secret is shown: the output
                    can go into a bug report. Exits with the code of the first thing that is bad.
                    A home of an earlier version, which is with the settings, can be moved: at a
                    terminal that is asked.

                      --format FORMAT  text or json.
                      --move-home      Move a home that is with the settings to the place for state,
                                       and look for nothing else.

                    Examples:
                      fleetauth doctor
                      fleetauth doctor --format json

                    Also: -h, -p, --home, --store, --no-input, -q, -v, --color ('fleetauth help').
                    """;
            case "sandbox" -> """
                    Usage: fleetauth sandbox [OPTIONS]
                    Run a local authorization server that behaves like Tesla's, for trying and
                    testing only.
                    It plays enough of the Fleet API to register an application and list a vehicle.
                    Its page lets the next request of a kind go wrong as Tesla's server does; so
                    does POST /next/NAME.

                      --port N                      The port; a free one without it.
                      --strict                      Be a plain standard OpenID provider instead.
                      --region REGION               The region that is played: na (default), eu or
                                                    cn.
                      --account-region REGION       Where the person's account is, if it is
                                                    elsewhere: the API then answers 421.
                      --token-life TIME             How long access tokens live; 8h.
                      --granted-scopes SCOPES       All that the application may ask for, such as
                                                    'openid offline_access'; every scope without it.
                      --refresh-ends-access-tokens  Let a refresh end the access tokens before it.

                    Example:
                      fleetauth sandbox --port 8080

                    Also: -h, -p, --home, --store, --no-input, -q, -v, --color ('fleetauth help').
                    """;
            case "demo" -> """
                    Usage: fleetauth demo [OPTIONS]
                    Tell the whole story against the sandbox: login, token, refresh, inspect,
                    revoke.

                    Example:
                      fleetauth demo

                    Also: -h, -p, --home, --store, --no-input, -q, -v, --color ('fleetauth help').
                    """;
            case "docs" -> """
                    Usage: fleetauth docs [OPTIONS] [PAGE]
                    Show a page of the documentation, or list the pages. Needs no network.

                      PAGE             The name of a page, such as scripts.
                      --man-pages DIR  Write the manual pages to a directory instead, such as
                                       ~/.local/share/man/man1.

                    Examples:
                      fleetauth docs
                      fleetauth docs scripts

                    Also: -h, -p, --home, --store, --no-input, -q, -v, --color ('fleetauth help').
                    """;
            case "completion" -> """
                    Usage: fleetauth completion [OPTIONS] SHELL
                    Print the script that completes commands, options, profiles, scopes and more in
                    a shell.
                    bash: eval "$(fleetauth completion bash)" in ~/.bashrc
                    zsh:  eval "$(fleetauth completion zsh)" in ~/.zshrc, behind compinit
                    fish: fleetauth completion fish | source in ~/.config/fish/config.fish
                    PowerShell: fleetauth completion powershell | Out-String | Invoke-Expression in
                    $PROFILE

                      SHELL  bash, zsh, fish or powershell.

                    Example:
                      eval "$(fleetauth completion bash)"

                    Also: -h, -p, --home, --store, --no-input, -q, -v, --color ('fleetauth help').
                    """;
            default -> null;
        };
    }
}
