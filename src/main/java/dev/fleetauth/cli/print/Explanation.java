package dev.fleetauth.cli.print;

import dev.fleetauth.model.Failure;
import dev.fleetauth.model.KnownError;
import dev.fleetauth.model.KnownError.Place;
import dev.fleetauth.tesla.KnownErrors;
import dev.fleetauth.tesla.ServerErrors;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The message, hint and exit code of a failure. The messages of all failures are written here and nowhere else.
 *
 * @param exitCode one of {@link ExitCode}
 * @param message what happened, in lower case and without a period
 * @param hint what to do; empty if there is no advice
 */
public record Explanation(int exitCode, String message, String hint) {

    private static final String KEY_WAYS = "set one of FLEETAUTH_KEY_FILE, _KEY_COMMAND, _KEYRING, _PASSPHRASE_FILE,"
            + " _PASSPHRASE_COMMAND and _PASSPHRASE, or run in a terminal";

    /** Explains a failure. In its fields, control characters are escaped and long text is truncated. */
    public static Explanation of(Failure failure) {
        var f = new Facts(failure.fields());
        return switch (failure.kind()) {
            case BAD_VALUE ->
                usage(
                        f.get("what") + " '" + f.get("value") + "' is not valid",
                        Suggestions.question(Suggestions.among(alternatives(f.get("expected")), f.get("value"))
                                        .orElse(""))
                                + "use " + f.get("expected"));
            case CONFLICTING_OPTIONS ->
                usage(
                        f.get("first") + " cannot be used with " + f.get("second") + ": " + f.get("why"),
                        "use one or the other");
            case UNUSABLE -> usage(f.get("what") + " cannot be used: " + f.get("why"), f.get("remedy"));
            case WRONG_USAGE -> usage(f.get("what"), "see 'fleetauth " + f.get("command") + " --help'");
            case NOT_KNOWN ->
                usage(
                        "no known error matches " + f.get("what"),
                        Suggestions.question(f.get("nearest")) + "run 'fleetauth explain' to list all known errors");
            case NO_VALID_ANSWER ->
                usage("no valid answer to the prompt for " + f.get("question"), "enter " + f.get("expected"));
            case KEY_UNUSABLE -> usage(f.get("file") + " cannot be used: " + f.get("why"), f.get("remedy"));
            case NOT_A_TOKEN ->
                usage(
                        f.get("where") + " does not contain a valid token",
                        "use a file that contains only a token, or - for standard input");
            case SECRET_REJECTED ->
                usage(
                        f.get("where") + " does not contain a valid " + f.get("what") + ": " + f.get("why"),
                        "provide the " + f.get("what") + " alone, as UTF-8 text; nothing was sent");
            case SECRET_EXPOSED ->
                usage(
                        f.get("where") + " is a client secret, and other users can see command-line arguments",
                        "use --client-secret-file; create a new secret in the portal, since this one was exposed");
            case ACCOUNT_UNCLEAR ->
                usage(f.get("file") + " " + f.get("why"), "choose one with --account: " + f.get("accounts"));
            case UNCONFIRMED ->
                usage(
                        "cannot ask whether the program that uses the refresh token in " + f.get("file")
                                + " has been stopped",
                        f.get("stop") + "; then use --yes");
            case TEXT_UNREADABLE ->
                usage(
                        f.get("source") + " cannot be used: " + f.get("why"),
                        "save files as UTF-8 text; for variables and options, set a UTF-8 locale such as"
                                + " LC_ALL=C.UTF-8");

            case REQUEST_REFUSED ->
                usage(
                        "the request was refused: " + f.get("why"),
                        "send it to the address that 'fleetauth serve' printed, from a program that runs as the same"
                                + " user or as one given with --allow-uid, not from a web page");
            case REQUEST_MALFORMED ->
                usage("the request was rejected: " + f.get("why"), "see 'fleetauth serve --help' for valid requests");
            case NO_SUCH_PATH -> usage("there is no such path", "use /token or /status; see 'fleetauth serve --help'");

            case NO_SUCH_PROFILE ->
                notSetUp(
                        "profile '" + f.get("profile") + "' does not exist",
                        "run 'fleetauth login -p " + f.get("profile")
                                + "', or 'fleetauth status' to list the profiles");
            case NO_SUCH_CLIENT ->
                notSetUp(
                        "client '" + f.get("client") + "' does not exist",
                        "run 'fleetauth client list' to list the clients");
            case NO_TABLE ->
                notSetUp(
                        f.get("store") + " has no table for profiles",
                        "run 'fleetauth store init', once for all machines");
            case SETTINGS_MISSING -> notSetUp("the " + f.get("settings") + " are not set", "set " + f.get("ways"));
            case SETTING_MISSING -> notSetUp("the " + f.get("setting") + " is not set", "set it with " + f.get("ways"));
            case NO_STORE ->
                notSetUp(
                        "there is no store yet: " + f.get("file") + " is missing",
                        "run 'fleetauth login' to create it");
            case FILE_UNREADABLE ->
                notSetUp(
                        f.get("file") + " cannot be read: " + f.get("why"),
                        "check that it is the right file and that you may read it");

            case NO_DEVICE_LOGIN ->
                notSetUp(
                        f.get("issuer")
                                + " does not support login on another device: it has no device_authorization_endpoint",
                        "use --no-browser or --paste; if the provider's documentation names the endpoint, use --endpoint"
                                + " device_authorization_endpoint=URL");
            case NO_EXPORT_KEY ->
                notSetUp(
                        "no key was given for the export: it needs " + f.get("needs"),
                        "for a key file, use --export-key-file; for a passphrase, use --export-passphrase-file, set"
                                + " FLEETAUTH_EXPORT_PASSPHRASE, or run in a terminal");
            case TOKEN_FILE_REFUSED ->
                notSetUp(
                        "cannot create a token file: " + f.get("why"),
                        "pass the token with --env, or run where XDG_RUNTIME_DIR is set, as in a desktop or SSH login: token"
                                + " files are kept only in memory, in that directory");
            case MOVED ->
                notSetUp(
                        "profile '" + f.get("profile") + "' was moved from " + f.get("host") + " at " + f.get("since")
                                + " and is no longer used here",
                        "use it where it was imported; if the copy was lost, run 'fleetauth export' to print it again,"
                                + " or 'fleetauth export --undo' to undo the move");

            case MOVE_UNFINISHED ->
                notSetUp(
                        "profile '" + f.get("profile") + "' is no longer used here: its move to " + f.get("where")
                                + " is unfinished",
                        "run the same 'fleetauth store move' again to finish it");

            case MOVED_TO ->
                notSetUp(
                        "profile '" + f.get("profile") + "' was moved to " + f.get("where"),
                        "name that store with --store or FLEETAUTH_STORE; 'fleetauth login -p " + f.get("profile")
                                + "' starts a new session here");

            case MOVED_AGAIN ->
                notSetUp(
                        "profile '" + f.get("profile") + "' was already moved to " + f.get("where")
                                + ", but is no longer active there",
                        "use it where it is now; if no active copy is left, use --replace to move the outdated copy"
                                + " that is still here; its tokens may be spent");

            case HOME_MOVE_UNFINISHED ->
                notSetUp(
                        "the home " + f.get("home") + " is no longer used: its move to another place is unfinished",
                        "run 'fleetauth doctor --move-home' to finish the move");

            case LOGIN_NEEDED ->
                userAction(
                        "profile '" + f.get("profile") + "' needs a login: " + f.get("why"),
                        f.get("remedy").isEmpty()
                                ? "run 'fleetauth login -p " + f.get("profile") + "'"
                                : f.get("remedy"));
            case REGION_LOGIN_NEEDED ->
                userAction(
                        "profile '" + f.get("profile") + "' needs a login: region " + f.get("region")
                                + " has its own hosts, portal and client ids",
                        "run 'fleetauth login -p " + f.get("profile") + " --region " + f.get("region")
                                + " --client-id ID --replace' with a client id of that portal");
            case NOTHING_TO_REVOKE ->
                userAction("there is nothing to revoke: profile '" + f.get("profile") + "' has no tokens", "");
            case LOGIN_TIMED_OUT ->
                userAction(
                        "the login was not completed: gave up after " + f.get("after"),
                        "run 'fleetauth login' again, with --timeout for more time. If the provider's page showed an"
                                + " error, look it up with 'fleetauth explain'; the redirect URI sent was '"
                                + f.get("redirect")
                                + "'");
            case LOGIN_ENDED ->
                userAction(
                        "the login was not completed: " + f.get("why"),
                        "run 'fleetauth login' again, and paste the complete address on one line");

            case NOT_CONFIRMED ->
                userAction(
                        "the login was not confirmed at " + f.get("address") + ": " + f.get("why"),
                        "run 'fleetauth login --device' again, and enter the new code in time");

            case PASTE_NEEDED ->
                userAction(
                        "the login redirects the browser to " + f.get("address") + ", which is not on this machine",
                        "use --paste, and pass the browser's final address on standard input");

            case KEY_NOT_HOSTED ->
                userAction(f.get("address") + " does not serve the public key: " + f.get("why"), f.get("remedy"));
            case NOT_REGISTERED ->
                userAction(
                        f.get("domain") + " is not registered in region " + f.get("region") + ": " + f.get("why"),
                        "run 'fleetauth register --domain " + f.get("domain") + " --region " + f.get("region") + "'");

            case IMPORT_REFUSED ->
                refused(
                        "the provider refused the refresh token: " + f.get("error") + ": it was issued to another"
                                + " application, has expired, was used or replaced, or was revoked",
                        "check that the token was issued for this client id and provider; a new login could end the other"
                                + " program's session. No profile was created or replaced");
            case REFUSED ->
                known(
                        KnownErrors.refusal(f.get("error"), f.get("description")),
                        f.get("endpoint") + " refused the request" + named(f) + described(f) + " (" + f.get("status")
                                + referenced(f) + ")" + sent(f));
            case CANCELED ->
                refused("canceled at the prompt for " + f.get("question"), "run the command again to continue");
            case API_REFUSED ->
                known(
                        KnownErrors.apiRefusal(f.get("error")),
                        f.get("endpoint") + " refused the request" + named(f) + " (" + f.get("status") + ")");
            case DENIED ->
                known(
                        KnownErrors.at(Place.CALLBACK, f.get("error")),
                        "access was denied" + named(f) + described(f) + " (" + f.get("endpoint") + ")" + sent(f));
            case AUTHORIZATION_FAILED -> {
                Optional<KnownError> known = KnownErrors.at(Place.CALLBACK, f.get("error"));
                yield known(
                        known,
                        "the provider returned an error for the login" + named(f) + described(f) + " ("
                                + f.get("endpoint") + ")"
                                + known.map(error -> ": " + error.meaning()).orElse("")
                                + sent(f));
            }
            case RESPONSE_REJECTED ->
                refused(
                        "the " + f.get("what") + " was rejected: " + f.get("why"),
                        "it was not used; if this persists, the provider is misconfigured or the connection"
                                + " is being intercepted");
            case TOKEN_REJECTED ->
                refused(
                        "the token was rejected: " + f.get("why"),
                        "do not trust it; omit --verify to see what it says");
            case NOT_VERIFIABLE ->
                refused(
                        "the token cannot be verified here: " + f.get("why"),
                        "omit --verify to see what the token says");
            case DIFFERENT_SESSION ->
                refused(
                        "profile '" + f.get("profile") + "' belongs to the " + f.get("what") + " " + f.get("stored")
                                + ", but this login is for " + f.get("given"),
                        "use another profile with -p, or replace this one with --replace");
            case CALLBACK_REJECTED ->
                refused(f.get("why"), "the code was not sent anywhere; log in again in a browser you trust");
            case METADATA_REJECTED ->
                refused(
                        "the discovery document of " + f.get("address") + " cannot be used: " + f.get("why"),
                        f.get("remedy"));
            case CLIENT_AUTH_UNSUPPORTED ->
                refused("the token endpoint of " + f.get("issuer") + " " + f.get("why"), f.get("remedy"));
            case ENDPOINTS_MISMATCH ->
                refused(
                        "the " + f.get("endpoint") + " of " + f.get("issuer") + " is at " + f.get("origin")
                                + " but its token endpoint is at " + f.get("token")
                                + ": a malicious provider may be collecting another provider's codes",
                        "if the provider's documentation names both hosts, confirm with --endpoint token_endpoint="
                                + f.get("address"));
            case LIFETIME_TOO_SHORT ->
                refused(
                        "no token is valid for " + f.get("requested") + ": the provider's tokens are valid for "
                                + f.get("lifetime"),
                        "request a shorter minimum validity");
            case UNPRINTABLE_TOKEN ->
                refused(
                        "the access token of profile '" + f.get("profile") + "' was not passed on: " + f.get("why"),
                        "report this to the provider; the token stays sealed in the store");

            case PROFILE_EXISTS ->
                refused("profile '" + f.get("profile") + "' already exists: " + f.get("why"), f.get("remedy"));

            case CLIENT_EXISTS ->
                refused(
                        "client '" + f.get("client") + "' already exists",
                        "choose another name, or remove that client first with 'fleetauth client remove "
                                + f.get("client") + "'");
            case TOO_MANY_CLIENTS ->
                refused(
                        "the store already has " + f.get("limit") + " clients, which is the maximum",
                        "remove unused clients with 'fleetauth client remove'");

            case CALLBACK_UNAVAILABLE ->
                temporary(
                        "cannot listen on the callback address " + f.get("address") + ": " + f.get("why"),
                        f.get("remedy"));
            case PORT_UNAVAILABLE ->
                temporary(
                        "port " + f.get("port") + " is not available: " + f.get("why"),
                        "choose another one with --port, or omit it to use a free one");
            case SOCKET_UNAVAILABLE ->
                temporary("cannot listen on " + f.get("socket") + ": " + f.get("why"), f.get("remedy"));
            case PROXY_REFUSED ->
                notSetUp(
                        "the proxy in " + f.get("variable") + " refused the connection (407): " + f.get("why"),
                        "put the user and password in the variable: http://USER:PASSWORD@HOST:PORT, with special"
                                + " characters percent-encoded; if the proxy requires another authentication method, use a local"
                                + " proxy that supports it");
            case UNREACHABLE ->
                temporary(
                        f.get("address") + " cannot be reached: " + f.get("why"), "nothing was sent; try again later");
            case NO_RESPONSE ->
                temporary("no complete response from " + f.get("address") + ": " + f.get("why"), "try again later");
            case SERVER_ERROR ->
                temporary(
                        f.get("address") + " failed temporarily (" + f.get("status") + titled(f) + referenced(f) + ")",
                        ServerErrors.FAILING.remedy());
            case RATE_LIMITED ->
                temporary(
                        f.get("address") + " is rate-limiting requests",
                        f.get("wait").isEmpty() ? "try again later" : "try again in " + f.get("wait"));
            case BLOCKED_BY_CDN ->
                temporary(
                        "the content delivery network of " + f.get("address") + " blocked the request" + titled(f)
                                + referenced(f),
                        ServerErrors.BLOCKED.remedy());
            case BAD_RESPONSE ->
                temporary("unexpected response from " + f.get("address") + ": " + f.get("why"), "try again later");
            case REFRESH_NEEDED ->
                temporary(
                        "profile '" + f.get("profile") + "' has no valid access token",
                        "run 'fleetauth token -p " + f.get("profile")
                                + "' without --no-refresh, or try again once another process has refreshed the token");
            case LOCK_HELD ->
                temporary(
                        "profile '" + f.get("profile") + "' is in use by " + f.get("holder") + since(f),
                        "try again when it is done");
            case KEYS_IN_USE ->
                temporary(
                        f.get("file") + " is being changed by " + f.get("holder") + since(f),
                        "try again when it is done");
            case ROTATION_UNFINISHED ->
                temporary(
                        "the new key is in use, but profile '" + f.get("profile") + "' still needs the old one: "
                                + f.get("why"),
                        "run 'fleetauth refresh -p " + f.get("profile")
                                + "' on the machine that sent the request, or with --take-over if that machine is gone,"
                                + " and then 'fleetauth key rotate' again; if the profile needs a login, log in");
            case KEYS_UNAVAILABLE ->
                temporary(
                        "cannot fetch the signing keys of " + f.get("address") + ": " + f.get("why"),
                        "try again later; nothing was discarded");
            case RESPONSE_MAY_BE_LOST ->
                temporary(
                        "a refresh of profile '" + f.get("profile") + "', started on " + f.get("host") + " at "
                                + f.get("since")
                                + ", got no response, and sending the refresh token again could end the session",
                        "use the current access token, which still works; 'fleetauth token' retries automatically later,"
                                + " and 'fleetauth refresh --take-over' retries now");

            case RESPONSE_ON_OTHER_HOST ->
                temporary(
                        "the response to a refresh of profile '" + f.get("profile") + "', started on " + f.get("host")
                                + " at " + f.get("since")
                                + ", was not saved here, and sending the refresh token again could end the session",
                        "run 'fleetauth status -p " + f.get("profile")
                                + "' on that machine, to save the response if it was kept there; if it was not,"
                                + " 'fleetauth refresh --take-over' sends the token once more");
            case OVERTAKEN ->
                temporary(
                        "profile '" + f.get("profile") + "' was changed by another process in the meantime",
                        "try again; nothing was sent or changed");
            case RESPONSE_OVERTAKEN ->
                temporary(
                        "the provider's response for profile '" + f.get("profile")
                                + "' was discarded: another process changed the profile in the meantime",
                        "run the command again; it uses the profile as it is now");
            case STORE_UNREACHABLE ->
                temporary(f.get("store") + " is temporarily unavailable: " + f.get("why"), "try again later");

            case REFRESH_IN_DOUBT ->
                temporary(
                        "a refresh of profile '" + f.get("profile") + "', started at " + f.get("since")
                                + " and last tried by process "
                                + f.get("process") + " on " + f.get("host")
                                + ", got no response while this process waited for it",
                        "try again later; the refresh token was not sent again");

            case NOT_PUBLISHED ->
                temporary(
                        "the newest tokens of profile '" + f.get("profile") + "' were not published: " + f.get("why"),
                        "run a command with --after-refresh again to publish them; they are saved here");

            case NO_KEY_SOURCE ->
                store(
                        "the store is locked: it needs " + f.get("needs"),
                        KEY_WAYS + "; 'fleetauth key show' says which one the store needs");
            case NO_NEW_KEY -> store("no key was given for the new store", KEY_WAYS);
            case NO_NEW_PASSPHRASE ->
                store(
                        "cannot ask for a new passphrase: no prompts are possible",
                        "run in a terminal, or use 'fleetauth key set --passphrase-command CMD'");
            case KEY_SOURCE_FAILED ->
                store(
                        "cannot get the key from " + f.get("source") + ": " + f.get("why"),
                        "fix the cause (no other source was tried); 'fleetauth key show' says what opens the store");
            case UNLOCK_REFUSED ->
                store(
                        "cannot keep the store unlocked: " + f.get("why"),
                        "run where XDG_RUNTIME_DIR is set, as in a desktop or SSH login: the key is kept only in memory, in"
                                + " that directory");
            case WRONG_KEY ->
                store("wrong key for " + f.get("file") + ": it needs " + f.get("needs"), "check " + f.get("given"));
            case WRONG_PASSPHRASE ->
                store(
                        "wrong passphrase for " + f.get("file"),
                        "run the command again; what is sealed with a lost passphrase cannot be recovered");
            case WEAK_PASSPHRASE ->
                store("the passphrase is too short", "use at least " + f.get("minimum") + " characters");
            case PASSPHRASES_DIFFER -> store("the two passphrases differ", "try again; nothing was changed");
            case KEY_FILE_MISSING ->
                store(
                        "the key file " + f.get("file") + ", which the store names, does not exist",
                        "restore it from a backup, or set FLEETAUTH_KEY_FILE to its new path;"
                                + " 'fleetauth key set --key-file PATH' then records that path");
            case KEY_FILE_FOREIGN ->
                store(
                        "the key file " + f.get("file")
                                + ", which the store names, is not a regular file that belongs to the store's owner",
                        "set FLEETAUTH_KEY_FILE to your key file; another user may have changed the store's files");
            case KEY_FILE_INVALID ->
                store(
                        f.get("file") + " is not a key file: " + f.get("why"),
                        "create one with 'fleetauth key new-file PATH'");
            case FILE_EXPOSED ->
                store(
                        f.get("file") + " cannot be used: other users can read or change it (" + f.get("mode") + ")",
                        "run 'chmod 600' on it");
            case FILE_EXISTS -> store(f.get("file") + " already exists and was not overwritten", "use another path");
            case STORE_EXPOSED ->
                store(
                        f.get("file") + " is writable by other users (" + f.get("mode") + ")",
                        "remove their permission with 'chmod go-w'");
            case STORE_FOREIGN ->
                store(
                        f.get("file") + " belongs to a different user than the home of the store",
                        "if it is yours, take ownership with 'chown', otherwise move it away; it was not changed");
            case HOME_FOREIGN ->
                store(
                        "the home " + f.get("home") + " belongs to another user; nothing was sent or changed",
                        "run this as that user or as root, or choose a home of your own with --home or FLEETAUTH_HOME");
            case TABLE_FOREIGN ->
                store(
                        f.get("store") + " has a table public.fleetauth that belongs to the role " + f.get("owner"),
                        "find out who created it; then drop it, or take it over with 'ALTER TABLE public.fleetauth"
                                + " OWNER TO CURRENT_USER'");
            case STORE_DAMAGED ->
                store(
                        f.get("file") + " is damaged: " + f.get("why"),
                        "restore the file from a backup, or move it away and log in again; it was not changed");
            case VERSION_UNSUPPORTED ->
                store(
                        f.get("file") + " cannot be used: " + f.get("why"),
                        "use a different fleetauth version; nothing was changed");
            case KEYS_MISSING ->
                store(
                        f.get("file") + " is missing, and the profiles cannot be opened without it",
                        "restore it from a backup; nothing was changed");
            case STORE_UNREADABLE ->
                store(
                        f.get("file") + " cannot be read: " + f.get("why"),
                        "fix the cause, such as a missing permission, then run the command again");
            case DATABASE_UNUSABLE ->
                store(
                        f.get("store") + " cannot be used: " + f.get("why"),
                        "fix the cause, such as a wrong password or a missing privilege, then run the command again");
            case STORE_UNWRITABLE ->
                store(
                        f.get("file") + " cannot be written: " + f.get("why") + "; " + f.get("outcome"),
                        "fix the cause, then run the command again");

            case EXPORT_UNREADABLE ->
                store(
                        "cannot import " + f.get("where") + ": " + f.get("why"),
                        "check the file and its key; nothing was changed");

            case EXPORT_KEY_FAILED ->
                store(
                        "cannot get the key of the export from " + f.get("source") + ": " + f.get("why"),
                        "check the file and its permissions; nothing was changed");

            case COMMAND_NOT_EXECUTABLE ->
                new Explanation(
                        ExitCode.NOT_EXECUTABLE,
                        f.get("command") + " cannot be run",
                        "check that it is an executable program");
            case COMMAND_NOT_FOUND ->
                new Explanation(
                        ExitCode.NOT_FOUND,
                        f.get("command") + " was not found",
                        "check its spelling and PATH, or use the path of a program");

            case COMMAND_TOO_LONG ->
                new Explanation(
                        ExitCode.NOT_EXECUTABLE,
                        f.get("command") + " cannot be run: its arguments and variables exceed this system's limit",
                        "pass long input in a file or on standard input");

            case OUTPUT_FAILED ->
                new Explanation(
                        ExitCode.UNEXPECTED,
                        "the output could not be written",
                        "check whether the disk is full or the pipe is closed");
            case FILE_NOT_WRITTEN ->
                new Explanation(
                        ExitCode.UNEXPECTED,
                        f.get("file") + " cannot be written: " + f.get("why"),
                        "check the free space and the permissions, or choose another file");
            case DEMO_FAILED ->
                new Explanation(
                        ExitCode.UNEXPECTED,
                        "the demo failed at '" + f.get("step") + "': " + f.get("why"),
                        "run it again; if it fails again, report its output");
        };
    }

    /**
     * The explanation of an unexpected exception. It names only the exception's type, because the exception's message
     * may quote a secret.
     */
    public static Explanation ofBug(Throwable e) {
        return new Explanation(
                ExitCode.UNEXPECTED,
                "unexpected failure (a bug): " + e.getClass().getName(),
                "run the command again with -v, and report its output");
    }

    /** The fields of a failure, made safe to print. */
    private record Facts(Map<String, String> fields) {
        String get(String name) {
            String value = fields.get(name);
            if (value == null) {
                throw new IllegalArgumentException("the failure has no " + name);
            }
            return TerminalText.printable(value);
        }
    }

    /** The time since which a lock has been held, in parentheses; empty if it is unknown. */
    private static String since(Facts f) {
        String since = f.get("since");
        return since.equals("unknown") ? "" : " (since " + since + ")";
    }

    /** The error code after a colon; empty for a refusal without one, since some servers return only a 401. */
    private static String named(Facts f) {
        return f.get("error").isEmpty() ? "" : ": " + f.get("error");
    }

    private static String described(Facts f) {
        return f.get("description").isEmpty() ? "" : ", " + f.get("description");
    }

    private static String titled(Facts f) {
        return f.get("title").isEmpty() ? "" : ": " + f.get("title");
    }

    private static String referenced(Facts f) {
        return f.get("reference").isEmpty() ? "" : ", reference " + f.get("reference");
    }

    private static String sent(Facts f) {
        return f.get("sent").isEmpty() ? "" : "; what was sent: " + f.get("sent");
    }

    /** The items of a list such as "na, eu or cn"; empty unless every item is a single word. */
    private static List<String> alternatives(String expected) {
        List<String> words = List.of(expected.split(", | or ", -1));
        return words.stream().anyMatch(word -> word.contains(" ")) ? List.of() : words;
    }

    /** An error of the provider, with the remedy and exit code of the table of known errors. */
    private static Explanation known(Optional<KnownError> error, String message) {
        return error.map(known -> new Explanation(ExitCode.of(known.resolution()), message, known.remedy()))
                .orElseGet(() -> refused(message, ""));
    }

    private static Explanation usage(String message, String hint) {
        return new Explanation(ExitCode.USAGE, message, hint);
    }

    private static Explanation notSetUp(String message, String hint) {
        return new Explanation(ExitCode.NOT_SET_UP, message, hint);
    }

    private static Explanation userAction(String message, String hint) {
        return new Explanation(ExitCode.USER_ACTION, message, hint);
    }

    private static Explanation refused(String message, String hint) {
        return new Explanation(ExitCode.REFUSED, message, hint);
    }

    private static Explanation temporary(String message, String hint) {
        return new Explanation(ExitCode.TEMPORARY, message, hint);
    }

    private static Explanation store(String message, String hint) {
        return new Explanation(ExitCode.STORE, message, hint);
    }
}
