package dev.fleetauth.cli.line;

import org.jspecify.annotations.Nullable;

/**
 * The commands as picocli's model describes them, which is slow to build. Written by {@code CommandTableTest};
 * {@link Argument} describes the format of a line.
 */
final class CommandTable {

    private CommandTable() {}

    /** The options, arguments and subcommands of a command, one per line. */
    static String arguments(String command) {
        return switch (command) {
            case "" -> """
                    --profile -p|1|ProfileName|profiles|NAME||The profile; FLEETAUTH_PROFILE, else 'default'
                    --home|1|Path|home|DIR||The directory for all fleetauth data; FLEETAUTH_HOME
                    --store|1|String|store|URL||Where profiles are stored: file: (the home), file:/DIR, or postgresql://USER@HOST/DATABASE, which machines can share; FLEETAUTH_STORE
                    --no-input|0|boolean|noInput|||Never prompt; FLEETAUTH_NO_INPUT=1
                    --quiet -q|0|boolean|quiet|||Print only errors on standard error
                    --verbose -v|0|boolean|verbose|||Trace requests on standard error, without secrets
                    --color|1|Color|color|WHEN|auto always never|auto, always or never
                    --help -h|0|boolean||||Show this help message and exit
                    --version -V|0|boolean||||Print version information and exit
                    login||||||Log in, in a browser or as the application itself, and store the tokens
                    token||||||Print a valid access token, refreshed first if necessary
                    refresh||||||Get a new access token now, even if the current one is still valid
                    inspect||||||Show what a token contains: the profile's, or one from a file or standard input
                    status||||||Show every profile, or the details of the one given with -p
                    list||||||Show every profile, as 'fleetauth status' does
                    revoke||||||Revoke the grant at the provider, if it supports that, and delete the tokens here
                    logout||||||Delete the tokens here and keep the settings
                    exec||||||Run a program with a valid access token in FLEETAUTH_ACCESS_TOKEN and no other variable of fleetauth
                    serve||||||Provide access tokens to other programs until interrupted
                    export||||||Move a profile to another machine: mark it as moved here, and print a sealed export for 'import' there
                    import||||||Import a profile that 'export' sealed on another machine, under its own name or the one given with -p
                    key||||||Show and change the key of the store
                    store||||||Prepare a database that machines share; move profiles between stores
                    client||||||Manage the programs that 'serve' gives access to, each with its own key
                    register||||||Register the application with Tesla's Fleet API: key pair, hosted key, region, pairing
                    region||||||Show the profile's region and hints about it, or change it
                    discover||||||Show the provider's metadata as fleetauth uses it: each value, and whether it comes from the discovery document, a correction, built-in data, or an option
                    explain||||||Explain an error of the provider or the Fleet API, and what to do about it
                    doctor||||||Check for common problems (runtime, home, key, store, login, registration, terminal, browser, callback, proxy, network, clock, provider), and print a remedy for each
                    sandbox||||||Run a local authorization server that behaves like Tesla's, for experiments and tests only
                    demo||||||Demonstrate fleetauth with the sandbox: login, token, refresh, inspect, revoke
                    docs||||||Show a page of the documentation, or list the pages
                    completion||||||Print a shell script that completes commands, options, profiles, scopes and more
                    """;
            case "login" -> """
                    --type|1|String|provider.type|TYPE||Tesla's token type (default: third-party)
                    --issuer|1|String|provider.issuer|URL||The issuer of another OpenID provider
                    --region|1|String|provider.region|REGION||Tesla's region: na (default), eu or cn
                    --cacert|1|String|provider.cacert|FILE||PEM certificates to trust in addition to the system's
                    --endpoint|1|Map||NAME=URL||Use this endpoint instead of the provider's; repeatable
                    --client-id|1|String|client.clientId|ID||The application's client id
                    --client-secret-file|1|String|client.clientSecretFile|FILE||A file with the client secret
                    --client-key|1|String|client.clientKeyFile|FILE||The client's private key, in place of a secret
                    --auth-code-file|1|String|authCodeFile|FILE||With --type business: a file with the auth code
                    --client-auth|1|String|clientAuth|METHOD||How the client authenticates
                    --scope|1|List||SCOPE||Scopes to request, or 'all'; repeatable
                    --audience|1|String|audience|AUDIENCE||The audience (default for Tesla: the region's)
                    --resource|1|String|resource|URL||The resource that the token is for (RFC 8707)
                    --grant|1|String|grant|GRANT||authorization-code (default) or client-credentials
                    --redirect-uri|1|String|redirectUri|URL||The registered redirect URI
                    --no-browser|0|boolean||||Print the address instead of opening a browser
                    --paste|0|boolean||||Paste the address that the browser ends up at
                    --device|0|boolean||||Log in on another device, with an address and a code (RFC 8628)
                    --reconsent|0|boolean|consent.reconsent|||Have Tesla ask again for scopes not yet granted
                    --require-all-scopes|0|boolean|consent.requireAllScopes|||Have Tesla require all scopes to be granted
                    --show-keypair-step|0|boolean|consent.showKeypairStep|||Have Tesla show how to add the key to a vehicle
                    --prompt-login|0|boolean|consent.promptLogin|||Require a new login on the provider's page
                    --locale|1|String|consent.locale|LOCALE||The language of the provider's page, such as de-DE
                    --param|1|List||NAME=VALUE||A parameter to add to the authorization request; repeatable
                    --timeout|1|Duration|timeout|TIME||How long to wait for the user (default: 5m)
                    --replace|0|boolean|replace|||Replace a login of another user or application
                    """;
            case "token" -> """
                    --min-validity|1|Duration|minValidity|TIME||Minimum validity (default: 60s, or a tenth of the token's lifetime if that is shorter)
                    --format|1|TokenFormat|format|FORMAT|raw header json curl env dotenv powershell|raw, header, json, curl, env, dotenv or powershell
                    --no-refresh|0|boolean|noRefresh|||Do not refresh: fail if the stored token is not valid
                    --out|1|Path|out|FILE||Write to a file that only you can read; - for standard output
                    --export-key-file|1|String||FILE||The key file for exports
                    --export-passphrase-file|1|String||FILE||A file with the passphrase for exports
                    --after-refresh|1|String|afterRefresh.command|CMD||Run this after each refresh, to save a sealed export elsewhere
                    """;
            case "refresh" -> """
                    --format|1|TokenFormat|format|FORMAT|raw header json curl env dotenv powershell|Print the new token: raw, header, json, curl, env, dotenv or powershell
                    --take-over|0|boolean|takeOver|||Send the refresh token even if the response to an earlier attempt may be lost
                    --export-key-file|1|String||FILE||The key file for exports
                    --export-passphrase-file|1|String||FILE||A file with the passphrase for exports
                    --after-refresh|1|String|afterRefresh.command|CMD||Run this after each refresh, to save a sealed export elsewhere
                    """;
            case "inspect" -> """
                    |0..1|String|file|FILE||A file with a token; - for standard input
                    --id-token|0|boolean|idToken|||Show the profile's id token instead of its access token
                    --refresh-token|0|boolean|refreshToken|||Show the profile's refresh token instead: its age and expiry
                    --verify|0|boolean|verify|||Verify the token with the keys of its issuer: Tesla, or the profile's provider
                    --format|1|ReportFormat|format|FORMAT|text json|text or json
                    """;
            case "status" -> """
                    --fail-if-expiring|1|Duration|failIfExpiring|TIME||Also exit with 4 if a profile needs a login within this time, such as 14d
                    --format|1|ReportFormat|format|FORMAT|text json|text or json
                    """;
            case "list" -> """
                    --fail-if-expiring|1|Duration||TIME||Also exit with 4 if a profile needs a login within this time, such as 14d
                    --format|1|ReportFormat||FORMAT|text json|text or json
                    """;
            case "revoke" -> """
                    --probe|0|boolean|probe|||Check with a refresh before deleting
                    """;
            case "logout" -> """
                    --forget|0|boolean|forget|||Delete the profile with its settings
                    """;
            case "exec" -> """
                    |1..*!|List|command|CMD||The program and its arguments, after --
                    --min-validity|1|Duration|minValidity|TIME||Minimum validity (default: 60s, or a tenth of the token's lifetime if that is shorter)
                    --env|1|List||NAME[=PROFILE]||A variable for the token; repeatable
                    --token-file-env|1|List||NAME[=PROFILE]||A variable for the path of a token file; repeatable
                    --export-key-file|1|String||FILE||The key file for exports
                    --export-passphrase-file|1|String||FILE||A file with the passphrase for exports
                    --after-refresh|1|String|afterRefresh.command|CMD||Run this after each refresh, to save a sealed export elsewhere
                    """;
            case "serve" -> """
                    --socket|1|Path|socket|PATH||The Unix socket (default: fleetauth/token.sock in XDG_RUNTIME_DIR, else run/token.sock in the home)
                    --allow-uid|1|List||N||A user id that may also use the socket, such as that of a container; repeatable
                    --listen|1|String|listen|ADDRESS||Also listen on this address, 127.0.0.1:PORT, for programs that have a client key
                    --on-login-needed|1|String|onLoginNeeded|CMD||Run this once when a profile needs a login
                    """;
            case "export" -> """
                    --copy|0|boolean||||Keep using the profile here as well
                    --undo|0|boolean||||Undo a move whose copy is lost or was never used
                    --out|1|Path|out|FILE||Write to a file that only you can read; - for standard output
                    --export-key-file|1|String||FILE||The key file for exports
                    --export-passphrase-file|1|String||FILE||A file with the passphrase for exports
                    """;
            case "import" -> """
                    |0..1|String|file|FILE||The export; - for standard input
                    --refresh-token-file|1|String|refreshTokenFile|FILE||Another program's refresh token; - for standard input
                    --from|1|String|foreignFile|FILE||Another program's file; - for standard input
                    --account|1|String|account|ACCOUNT||With --from: the account, if the file has several
                    --yes|0|boolean|isStopped|||With --from: confirm that the program is stopped
                    --replace|0|boolean|replace|||Replace another login or a newer state
                    --export-key-file|1|String||FILE||The key file for exports
                    --export-passphrase-file|1|String||FILE||A file with the passphrase for exports
                    --type|1|String|provider.type|TYPE||Tesla's token type (default: third-party)
                    --issuer|1|String|provider.issuer|URL||The issuer of another OpenID provider
                    --region|1|String|provider.region|REGION||Tesla's region: na (default), eu or cn
                    --cacert|1|String|provider.cacert|FILE||PEM certificates to trust in addition to the system's
                    --endpoint|1|Map||NAME=URL||Use this endpoint instead of the provider's; repeatable
                    --client-id|1|String|client.clientId|ID||The application's client id
                    --client-secret-file|1|String|client.clientSecretFile|FILE||A file with the client secret
                    --client-key|1|String|client.clientKeyFile|FILE||The client's private key, in place of a secret
                    --scope|1|List||SCOPE||The scope that the refresh token was granted for
                    """;
            case "key" -> """
                    set||||||Change what opens the store, or create the store
                    change-passphrase||||||Replace the passphrase: prompts for a new one
                    lock||||||Lock the store again after 'key unlock'
                    new-file||||||Create a key file: 32 random bytes as a JWK that only you can read
                    rotate||||||Give the store a new key and reseal every profile with it
                    show||||||Show what opens the store
                    unlock||||||Keep the store unlocked for a while: the key stays in memory until 'key lock', until the time is up, or until your session ends or the machine shuts down
                    """;
            case "key set" -> """
                    --passphrase|0|boolean||||A passphrase; prompts for it
                    --passphrase-command|1|String||CMD||A command that prints a passphrase
                    --key-file|1|String||FILE||A key file, created if it does not exist
                    --key-command|1|String||CMD||A command that prints the content of a key file
                    --keyring|0..1|String||HELPER||A new key in the system's keyring, through secret-tool, security, docker-credential-HELPER, or a program with the same protocol
                    """;
            case "key change-passphrase" -> """
                    """;
            case "key lock" -> """
                    """;
            case "key new-file" -> """
                    |1!|Path||PATH||The file to create; an existing one is not overwritten
                    """;
            case "key rotate" -> """
                    """;
            case "key show" -> """
                    --format|1|ReportFormat||FORMAT|text json|text or json
                    """;
            case "key unlock" -> """
                    --for|1|Duration||TIME||How long (default: 8h)
                    """;
            case "store" -> """
                    init||||||Create the table in the database given with --store, and print the privileges to grant and revoke
                    move||||||Move every profile, or the one given with -p, from the current store to another one
                    """;
            case "store init" -> """
                    """;
            case "store move" -> """
                    --to|1!|String||URL||The destination, in the form of --store
                    --replace|0|boolean||||Replace another login with the same name in the destination, or move a profile again after it was removed there
                    """;
            case "client" -> """
                    add||||||Add a program, and print its client key, which is shown only once
                    list||||||Show the programs
                    remove||||||Remove a program
                    """;
            case "client add" -> """
                    |1!|String||NAME||The client's name, in the form of a profile name
                    --proxy-only|0|boolean||||Only forward its requests; never give it an access token
                    --read-only|0|boolean||||With --proxy-only: forward only GET and HEAD requests
                    """;
            case "client list" -> """
                    --format|1|ReportFormat||FORMAT|text json|text or json
                    """;
            case "client remove" -> """
                    |1!|String||NAME||The client's name, in the form of a profile name
                    """;
            case "register" -> """
                    --domain|1!|String|domain|DOMAIN||The domain that hosts the public key, such as example.com
                    --region|1|List||REGION||Tesla's region: na, eu, cn or na,eu
                    --public-key|1|Path||FILE||The public key of the application, in PEM
                    --new-key|1|Path||DIR||Create a key pair in DIR, or use the one already there
                    --check|0|boolean|check|||Show what is missing, and change nothing
                    --format|1|ReportFormat|format|FORMAT|text json|text or json
                    """;
            case "region" -> """
                    |0..1|String|region|REGION||The new region: na, eu or cn
                    --detect|0|boolean|detect|||Also ask the Fleet API, with the access token
                    --format|1|ReportFormat|format|FORMAT|text json|text or json
                    """;
            case "discover" -> """
                    --type|1|String|provider.type|TYPE||Tesla's token type (default: third-party)
                    --issuer|1|String|provider.issuer|URL||The issuer of another OpenID provider
                    --region|1|String|provider.region|REGION||Tesla's region: na (default), eu or cn
                    --cacert|1|String|provider.cacert|FILE||PEM certificates to trust in addition to the system's
                    --endpoint|1|Map||NAME=URL||Use this endpoint instead of the provider's; repeatable
                    --format|1|ReportFormat|format|FORMAT|text json|text or json
                    """;
            case "explain" -> """
                    |0..*|List|words|ERROR||An error code, an HTTP status, text from a page, or the address of a callback; or - for a whole response on standard input, as curl or 'curl -i' prints it
                    --format|1|ReportFormat|format|FORMAT|text json|text or json
                    """;
            case "doctor" -> """
                    --format|1|ReportFormat|format|FORMAT|text json|text or json
                    --move-home|0|boolean|moveHome|||Move a home in the settings directory to the state directory, and check nothing
                    """;
            case "sandbox" -> """
                    --port|1|int||N||The port (default: a free one)
                    --strict|0|boolean|strict|||Behave like a standard OpenID provider instead
                    --region|1|String|region|REGION||The simulated region: na (default), eu or cn
                    --account-region|1|String|accountRegion|REGION||The region of the user's account; if it differs, the API responds with 421
                    --token-life|1|Duration|tokenLife|TIME||The lifetime of access tokens (default: 8h)
                    --granted-scopes|1|String|grantedScopes|SCOPES||The scopes that the application may request, such as 'openid offline_access' (default: all)
                    --refresh-ends-access-tokens|0|boolean|refreshEndsAccessTokens|||Let a refresh invalidate earlier access tokens
                    --client-key|1|String|clientKey|FILE||With --strict: a private key with which the application may authenticate, PEM or JWK
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

    /** The help of a command; null if this table has none. */
    static @Nullable String help(String command) {
        return switch (command) {
            case "login" -> """
                    Usage: fleetauth login [OPTIONS]
                    Log in, in a browser or as the application itself, and store the tokens.
                    A later login on the same profile reuses its settings.

                    Tesla has five types of token (--type), each for a different use:
                      third-party  an app acting for a user; also for your own car (default)
                      partner      the application itself; all partner endpoints
                      business     an app acting for a Tesla for Business account
                      open-source  an open-source app, without a secret; closed to new apps
                      owner        the mobile app's API ("v3 token"); mostly refused since 6/2026

                      --type TYPE                Tesla's token type (default: third-party).
                      --issuer URL               The issuer of another OpenID provider.
                      --region REGION            Tesla's region: na (default), eu or cn.
                      --cacert FILE              PEM certificates to trust in addition to the
                                                 system's.
                      --endpoint NAME=URL        Use this endpoint instead of the provider's;
                                                 repeatable.
                      --client-id ID             The application's client id.
                      --client-secret-file FILE  A file with the client secret.
                      --client-key FILE          The client's private key, in place of a secret.
                      --auth-code-file FILE      With --type business: a file with the auth code.
                      --client-auth METHOD       How the client authenticates.
                      --scope SCOPE              Scopes to request, or 'all'; repeatable.
                      --audience AUDIENCE        The audience (default for Tesla: the region's).
                      --resource URL             The resource that the token is for (RFC 8707).
                      --grant GRANT              authorization-code (default) or client-credentials.
                      --redirect-uri URL         The registered redirect URI.
                      --no-browser               Print the address instead of opening a browser.
                      --paste                    Paste the address that the browser ends up at.
                      --device                   Log in on another device, with an address and a
                                                 code (RFC 8628).
                      --reconsent                Have Tesla ask again for scopes not yet granted.
                      --require-all-scopes       Have Tesla require all scopes to be granted.
                      --show-keypair-step        Have Tesla show how to add the key to a vehicle.
                      --prompt-login             Require a new login on the provider's page.
                      --locale LOCALE            The language of the provider's page, such as de-DE.
                      --param NAME=VALUE         A parameter to add to the authorization request;
                                                 repeatable.
                      --timeout TIME             How long to wait for the user (default: 5m).
                      --replace                  Replace a login of another user or application.

                    Examples:
                      fleetauth login --region eu --client-id ID
                      fleetauth login --no-browser
                      fleetauth login -p app --type partner --client-secret-file secret

                    Also: -h, -p, --home, --store, --no-input, -q, -v, --color ('fleetauth help').
                    """;
            case "token" -> """
                    Usage: fleetauth token [OPTIONS]
                    Print a valid access token, refreshed first if necessary. Never opens a browser.

                      --min-validity TIME     Minimum validity (default: 60s, or a tenth of the
                                              token's lifetime if that is shorter).
                      --format FORMAT         raw, header, json, curl, env, dotenv or powershell.
                      --no-refresh            Do not refresh: fail if the stored token is not valid.
                      --out FILE              Write to a file that only you can read; - for standard
                                              output.
                      --export-key-file FILE  The key file for exports.
                      --export-passphrase-file FILE
                                              A file with the passphrase for exports.
                      --after-refresh CMD     Run this after each refresh, to save a sealed export
                                              elsewhere.

                    Examples:
                      fleetauth token --format curl | curl -K - https://api.example/vehicles
                      fleetauth token --min-validity 10m --out token.txt
                      fleetauth token --format dotenv --out token.env

                    Also: -h, -p, --home, --store, --no-input, -q, -v, --color ('fleetauth help').
                    """;
            case "refresh" -> """
                    Usage: fleetauth refresh [OPTIONS]
                    Get a new access token now, even if the current one is still valid.

                      --format FORMAT         Print the new token: raw, header, json, curl, env,
                                              dotenv or powershell. Default: print nothing.
                      --take-over             Send the refresh token even if the response to an
                                              earlier attempt may be lost.
                      --export-key-file FILE  The key file for exports.
                      --export-passphrase-file FILE
                                              A file with the passphrase for exports.
                      --after-refresh CMD     Run this after each refresh, to save a sealed export
                                              elsewhere.

                    Examples:
                      fleetauth refresh
                      fleetauth refresh --take-over

                    Also: -h, -p, --home, --store, --no-input, -q, -v, --color ('fleetauth help').
                    """;
            case "inspect" -> """
                    Usage: fleetauth inspect [OPTIONS] [FILE]
                    Show what a token contains: the profile's, or one from a file or standard input.
                    The token itself is not shown.

                      FILE             A file with a token; - for standard input. Default: the
                                       profile's access token.
                      --id-token       Show the profile's id token instead of its access token.
                      --refresh-token  Show the profile's refresh token instead: its age and expiry.
                      --verify         Verify the token with the keys of its issuer: Tesla, or the
                                       profile's provider.
                      --format FORMAT  text or json.

                    Examples:
                      fleetauth inspect --verify
                      fleetauth inspect - <token.txt

                    Also: -h, -p, --home, --store, --no-input, -q, -v, --color ('fleetauth help').
                    """;
            case "status" -> """
                    Usage: fleetauth status [OPTIONS]
                    Show every profile, or the details of the one given with -p. Exits with 4 if one
                    of them needs a login.

                      --fail-if-expiring TIME  Also exit with 4 if a profile needs a login within
                                               this time, such as 14d.
                      --format FORMAT          text or json.

                    Examples:
                      fleetauth status
                      fleetauth status --fail-if-expiring 14d

                    Also: -h, -p, --home, --store, --no-input, -q, -v, --color ('fleetauth help').
                    """;
            case "list" -> """
                    Usage: fleetauth list [OPTIONS]
                    Show every profile, as 'fleetauth status' does.

                      --fail-if-expiring TIME  Also exit with 4 if a profile needs a login within
                                               this time, such as 14d.
                      --format FORMAT          text or json.

                    Example:
                      fleetauth list

                    Also: -h, -p, --home, --store, --no-input, -q, -v, --color ('fleetauth help').
                    """;
            case "revoke" -> """
                    Usage: fleetauth revoke [OPTIONS]
                    Revoke the grant at the provider, if it supports that, and delete the tokens
                    here. Keeps the settings.

                      --probe  Check with a refresh before deleting. If it succeeds, the grant is
                               still valid and the new tokens are kept. It spends the refresh token,
                               so any other copy stops working.

                    Example:
                      fleetauth revoke

                    Also: -h, -p, --home, --store, --no-input, -q, -v, --color ('fleetauth help').
                    """;
            case "logout" -> """
                    Usage: fleetauth logout [OPTIONS]
                    Delete the tokens here and keep the settings. Does not contact the provider; see
                    'revoke'.

                      --forget  Delete the profile with its settings.

                    Examples:
                      fleetauth logout
                      fleetauth logout -p old --forget

                    Also: -h, -p, --home, --store, --no-input, -q, -v, --color ('fleetauth help').
                    """;
            case "exec" -> """
                    Usage: fleetauth exec [OPTIONS] -- CMD [ARGS...]
                    Run a program with a valid access token in FLEETAUTH_ACCESS_TOKEN and no other
                    variable of fleetauth.
                    With --env or --token-file-env, the variables given there are set instead.
                    Exits with the program's exit code; 126 if it cannot be run, 127 if not found.

                      CMD                     The program and its arguments, after --.
                      --min-validity TIME     Minimum validity (default: 60s, or a tenth of the
                                              token's lifetime if that is shorter).
                      --env NAME[=PROFILE]    A variable for the token; repeatable.
                      --token-file-env NAME[=PROFILE]
                                              A variable for the path of a token file; repeatable.
                      --export-key-file FILE  The key file for exports.
                      --export-passphrase-file FILE
                                              A file with the passphrase for exports.
                      --after-refresh CMD     Run this after each refresh, to save a sealed export
                                              elsewhere.

                    Examples:
                      fleetauth exec -- python3 charge.py
                      fleetauth exec --token-file-env TESLA_TOKEN_FILE -- tesla-control wake
                      fleetauth exec --env HOME_TOKEN=home --env WORK_TOKEN=work -- python3 sync.py

                    Also: -h, -p, --home, --store, --no-input, -q, -v, --color ('fleetauth help').
                    """;
            case "serve" -> """
                    Usage: fleetauth serve [OPTIONS]
                    Provide access tokens to other programs until interrupted.
                    Programs request a token from a Unix socket: curl --unix-socket
                    $XDG_RUNTIME_DIR/fleetauth/token.sock http://fleetauth/token

                      --socket PATH          The Unix socket (default: fleetauth/token.sock in
                                             XDG_RUNTIME_DIR, else run/token.sock in the home).
                      --allow-uid N          A user id that may also use the socket, such as that of
                                             a container; repeatable.
                      --listen ADDRESS       Also listen on this address, 127.0.0.1:PORT, for
                                             programs that have a client key.
                      --on-login-needed CMD  Run this once when a profile needs a login.

                    Examples:
                      fleetauth serve
                      fleetauth serve --on-login-needed 'notify-send "Log in again"'

                    Also: -h, -p, --home, --store, --no-input, -q, -v, --color ('fleetauth help').
                    """;
            case "export" -> """
                    Usage: fleetauth export [OPTIONS]
                    Move a profile to another machine: mark it as moved here, and print a sealed
                    export for 'import' there.
                    Run it again to print the same copy if the first one was lost.

                      --copy                  Keep using the profile here as well.
                      --undo                  Undo a move whose copy is lost or was never used.
                      --out FILE              Write to a file that only you can read; - for standard
                                              output.
                      --export-key-file FILE  The key file for exports.
                      --export-passphrase-file FILE
                                              A file with the passphrase for exports.

                    Examples:
                      fleetauth export --export-passphrase-file pass --out car.jwe
                      fleetauth export --undo

                    Also: -h, -p, --home, --store, --no-input, -q, -v, --color ('fleetauth help').
                    """;
            case "import" -> """
                    Usage: fleetauth import [OPTIONS] [FILE]
                    Import a profile that 'export' sealed on another machine, under its own name or
                    the one given with -p.
                    With --from or --refresh-token-file, take over another program's refresh token.

                      FILE                       The export; - for standard input.
                      --refresh-token-file FILE  Another program's refresh token; - for standard
                                                 input.
                      --from FILE                Another program's file; - for standard input.
                      --account ACCOUNT          With --from: the account, if the file has several.
                      --yes                      With --from: confirm that the program is stopped.
                      --replace                  Replace another login or a newer state.
                      --export-key-file FILE     The key file for exports.
                      --export-passphrase-file FILE
                                                 A file with the passphrase for exports.
                      --type TYPE                Tesla's token type (default: third-party).
                      --issuer URL               The issuer of another OpenID provider.
                      --region REGION            Tesla's region: na (default), eu or cn.
                      --cacert FILE              PEM certificates to trust in addition to the
                                                 system's.
                      --endpoint NAME=URL        Use this endpoint instead of the provider's;
                                                 repeatable.
                      --client-id ID             The application's client id.
                      --client-secret-file FILE  A file with the client secret.
                      --client-key FILE          The client's private key, in place of a secret.
                      --scope SCOPE              The scope that the refresh token was granted for.

                    Examples:
                      fleetauth import --export-passphrase-file pass car.jwe
                      fleetauth import --from cache.json --account sam@example.com

                    Also: -h, -p, --home, --store, --no-input, -q, -v, --color ('fleetauth help').
                    """;
            case "key" -> """
                    Usage: fleetauth key [OPTIONS] COMMAND
                    Show and change the key of the store.

                      set                Change what opens the store, or create the store.
                      change-passphrase  Replace the passphrase: prompts for a new one.
                      lock               Lock the store again after 'key unlock'.
                      new-file           Create a key file: 32 random bytes as a JWK that only you
                                         can read.
                      rotate             Give the store a new key and reseal every profile with it.
                      show               Show what opens the store.
                      unlock             Keep the store unlocked for a while: the key stays in
                                         memory until 'key lock', until the time is up, or until
                                         your session ends or the machine shuts down.

                    Example:
                      fleetauth key show

                    Also: -h, -p, --home, --store, --no-input, -q, -v, --color ('fleetauth help').
                    """;
            case "key set" -> """
                    Usage: fleetauth key set [OPTIONS]
                    Change what opens the store, or create the store.
                    Needs the current key, which keeps working until the new one has been tested.

                      --passphrase              A passphrase; prompts for it.
                      --passphrase-command CMD  A command that prints a passphrase. Later commands
                                                need FLEETAUTH_PASSPHRASE_COMMAND.
                      --key-file FILE           A key file, created if it does not exist. The store
                                                remembers its path.
                      --key-command CMD         A command that prints the content of a key file.
                                                Later commands need FLEETAUTH_KEY_COMMAND.
                      --keyring HELPER          A new key in the system's keyring, through
                                                secret-tool, security, docker-credential-HELPER, or
                                                a program with the same protocol.

                    Examples:
                      fleetauth key set --keyring
                      fleetauth key set --key-command 'pass show fleetauth'

                    Also: -h, -p, --home, --store, --no-input, -q, -v, --color ('fleetauth help').
                    """;
            case "key change-passphrase" -> """
                    Usage: fleetauth key change-passphrase [OPTIONS]
                    Replace the passphrase: prompts for a new one.

                    Example:
                      fleetauth key change-passphrase

                    Also: -h, -p, --home, --store, --no-input, -q, -v, --color ('fleetauth help').
                    """;
            case "key lock" -> """
                    Usage: fleetauth key lock [OPTIONS]
                    Lock the store again after 'key unlock'.

                    Example:
                      fleetauth key lock

                    Also: -h, -p, --home, --store, --no-input, -q, -v, --color ('fleetauth help').
                    """;
            case "key new-file" -> """
                    Usage: fleetauth key new-file [OPTIONS] PATH
                    Create a key file: 32 random bytes as a JWK that only you can read.

                      PATH  The file to create; an existing one is not overwritten.

                    Example:
                      fleetauth key new-file ~/.fleetauth.key

                    Also: -h, -p, --home, --store, --no-input, -q, -v, --color ('fleetauth help').
                    """;
            case "key rotate" -> """
                    Usage: fleetauth key rotate [OPTIONS]
                    Give the store a new key and reseal every profile with it. What opens the store
                    stays the same. Resumes an interrupted rotation.

                    Example:
                      fleetauth key rotate

                    Also: -h, -p, --home, --store, --no-input, -q, -v, --color ('fleetauth help').
                    """;
            case "key show" -> """
                    Usage: fleetauth key show [OPTIONS]
                    Show what opens the store. Needs no key and shows none.

                      --format FORMAT  text or json.

                    Example:
                      fleetauth key show --format json

                    Also: -h, -p, --home, --store, --no-input, -q, -v, --color ('fleetauth help').
                    """;
            case "key unlock" -> """
                    Usage: fleetauth key unlock [OPTIONS]
                    Keep the store unlocked for a while: the key stays in memory until 'key lock',
                    until the time is up, or until your session ends or the machine shuts down.

                      --for TIME  How long (default: 8h).

                    Example:
                      fleetauth key unlock --for 8h

                    Also: -h, -p, --home, --store, --no-input, -q, -v, --color ('fleetauth help').
                    """;
            case "store" -> """
                    Usage: fleetauth store [OPTIONS] COMMAND
                    Prepare a database that machines share; move profiles between stores.

                      init  Create the table in the database given with --store, and print the
                            privileges to grant and revoke.
                      move  Move every profile, or the one given with -p, from the current store to
                            another one.

                    Example:
                      fleetauth store init --store postgresql://fleet@db.example.com/fleet

                    Also: -h, -p, --home, --store, --no-input, -q, -v, --color ('fleetauth help').
                    """;
            case "store init" -> """
                    Usage: fleetauth store init [OPTIONS]
                    Create the table in the database given with --store, and print the privileges to
                    grant and revoke.

                    Example:
                      fleetauth store init --store postgresql://fleet@db.example.com/fleet

                    Also: -h, -p, --home, --store, --no-input, -q, -v, --color ('fleetauth help').
                    """;
            case "store move" -> """
                    Usage: fleetauth store move [OPTIONS]
                    Move every profile, or the one given with -p, from the current store to another
                    one.
                    A profile is never usable in both stores. Resumes an interrupted move.

                      --to URL   The destination, in the form of --store.
                      --replace  Replace another login with the same name in the destination, or
                                 move a profile again after it was removed there.

                    Example:
                      fleetauth store move --to postgresql://fleet@db.example.com/fleet

                    Also: -h, -p, --home, --store, --no-input, -q, -v, --color ('fleetauth help').
                    """;
            case "client" -> """
                    Usage: fleetauth client [OPTIONS] COMMAND
                    Manage the programs that 'serve' gives access to, each with its own key.

                      add     Add a program, and print its client key, which is shown only once.
                      list    Show the programs.
                      remove  Remove a program.

                    Example:
                      fleetauth client list

                    Also: -h, -p, --home, --store, --no-input, -q, -v, --color ('fleetauth help').
                    """;
            case "client add" -> """
                    Usage: fleetauth client add [OPTIONS] NAME
                    Add a program, and print its client key, which is shown only once.
                    With the key, the program gets access tokens of the profiles given with -p
                    (repeatable), or has its requests forwarded to the Fleet API.

                      NAME          The client's name, in the form of a profile name.
                      --proxy-only  Only forward its requests; never give it an access token.
                      --read-only   With --proxy-only: forward only GET and HEAD requests. The
                                    token's own scopes stay the same.

                    Examples:
                      fleetauth client add logger
                      fleetauth client add dashboard -p car -p van --proxy-only --read-only

                    Also: -h, -p, --home, --store, --no-input, -q, -v, --color ('fleetauth help').
                    """;
            case "client list" -> """
                    Usage: fleetauth client list [OPTIONS]
                    Show the programs. No key is shown: only hashes are kept.

                      --format FORMAT  text or json.

                    Example:
                      fleetauth client list --format json

                    Also: -h, -p, --home, --store, --no-input, -q, -v, --color ('fleetauth help').
                    """;
            case "client remove" -> """
                    Usage: fleetauth client remove [OPTIONS] NAME
                    Remove a program. A running 'serve' refuses its key within a second.

                      NAME  The client's name, in the form of a profile name.

                    Example:
                      fleetauth client remove logger

                    Also: -h, -p, --home, --store, --no-input, -q, -v, --color ('fleetauth help').
                    """;
            case "register" -> """
                    Usage: fleetauth register [OPTIONS]
                    Register the application with Tesla's Fleet API: key pair, hosted key, region,
                    pairing.
                    Every step can be repeated: run the same command again after a failure.

                    The client id and secret are those of the profile or, before its first login, of
                    FLEETAUTH_CLIENT_ID and FLEETAUTH_CLIENT_SECRET_FILE. Tesla may bill the calls
                    to the Fleet API.

                      --domain DOMAIN    The domain that hosts the public key, such as example.com.
                      --region REGION    Tesla's region: na, eu, cn or na,eu. Default: that of the
                                         profile.
                      --public-key FILE  The public key of the application, in PEM.
                      --new-key DIR      Create a key pair in DIR, or use the one already there.
                      --check            Show what is missing, and change nothing.
                      --format FORMAT    text or json.

                    Examples:
                      fleetauth register --domain example.com --new-key keys
                      fleetauth register --domain example.com --region na,eu --check

                    Also: -h, -p, --home, --store, --no-input, -q, -v, --color ('fleetauth help').
                    """;
            case "region" -> """
                    Usage: fleetauth region [OPTIONS] [REGION]
                    Show the profile's region and hints about it, or change it.
                    Hints can be wrong, so they change nothing by themselves.

                      REGION           The new region: na, eu or cn. A change between na and eu
                                       needs no login.
                      --detect         Also ask the Fleet API, with the access token.
                      --format FORMAT  text or json.

                    Examples:
                      fleetauth region --detect
                      fleetauth region eu

                    Also: -h, -p, --home, --store, --no-input, -q, -v, --color ('fleetauth help').
                    """;
            case "discover" -> """
                    Usage: fleetauth discover [OPTIONS]
                    Show the provider's metadata as fleetauth uses it: each value, and whether it
                    comes from the discovery document, a correction, built-in data, or an option.

                      --type TYPE          Tesla's token type (default: third-party).
                      --issuer URL         The issuer of another OpenID provider.
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
                    Explain an error of the provider or the Fleet API, and what to do about it.

                      ERROR            An error code, an HTTP status, text from a page, or the
                                       address of a callback; or - for a whole response on standard
                                       input, as curl or 'curl -i' prints it. Default: list all
                                       errors, in full with --format json.
                      --format FORMAT  text or json.

                    Examples:
                      fleetauth explain login_required
                      fleetauth explain - <response.txt

                    Also: -h, -p, --home, --store, --no-input, -q, -v, --color ('fleetauth help').
                    """;
            case "doctor" -> """
                    Usage: fleetauth doctor [OPTIONS]
                    Check for common problems (runtime, home, key, store, login, registration,
                    terminal, browser, callback, proxy, network, clock, provider), and print a
                    remedy for each.
                    Changes nothing, sends no token and shows no secret: the output can go into a
                    bug report. Exits with the code of the first problem.
                    In a terminal, offers to move an earlier version's home out of the settings
                    directory.

                      --format FORMAT  text or json.
                      --move-home      Move a home in the settings directory to the state directory,
                                       and check nothing.

                    Examples:
                      fleetauth doctor
                      fleetauth doctor --format json

                    Also: -h, -p, --home, --store, --no-input, -q, -v, --color ('fleetauth help').
                    """;
            case "sandbox" -> """
                    Usage: fleetauth sandbox [OPTIONS]
                    Run a local authorization server that behaves like Tesla's, for experiments and
                    tests only.
                    It also simulates enough of the Fleet API to register an application and list a
                    vehicle. Its page, or POST /next/NAME, makes the next matching request fail as
                    it would at Tesla.

                      --port N                      The port (default: a free one).
                      --strict                      Behave like a standard OpenID provider instead.
                      --region REGION               The simulated region: na (default), eu or cn.
                      --account-region REGION       The region of the user's account; if it differs,
                                                    the API responds with 421.
                      --token-life TIME             The lifetime of access tokens (default: 8h).
                      --granted-scopes SCOPES       The scopes that the application may request,
                                                    such as 'openid offline_access' (default: all).
                      --refresh-ends-access-tokens  Let a refresh invalidate earlier access tokens.
                      --client-key FILE             With --strict: a private key with which the
                                                    application may authenticate, PEM or JWK.

                    Example:
                      fleetauth sandbox --port 8080

                    Also: -h, -p, --home, --store, --no-input, -q, -v, --color ('fleetauth help').
                    """;
            case "demo" -> """
                    Usage: fleetauth demo [OPTIONS]
                    Demonstrate fleetauth with the sandbox: login, token, refresh, inspect, revoke.

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
                    Print a shell script that completes commands, options, profiles, scopes and
                    more.
                    bash: eval "$(fleetauth completion bash)" in ~/.bashrc
                    zsh:  eval "$(fleetauth completion zsh)" in ~/.zshrc, after compinit
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
