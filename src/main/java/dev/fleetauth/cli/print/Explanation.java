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
 * A failure in words: what happened, what to do, and the exit code. Every failure gets them here and nowhere else.
 *
 * @param exitCode the code of {@link ExitCode}
 * @param message what happened, in lower case and without a full stop
 * @param hint what to do; empty if there is nothing to say
 */
public record Explanation(int exitCode, String message, String hint) {

    /** The words for a failure. What came from a server is stripped of control characters, and cut. */
    public static Explanation of(Failure failure) {
        var f = new Facts(failure.fields());
        return switch (failure.kind()) {
            case BAD_VALUE ->
                usage(
                        f.get("what") + " '" + f.get("value") + "' is not valid",
                        Suggestions.question(Suggestions.among(alternatives(f.get("expected")), f.get("value"))
                                        .orElse(""))
                                + "give " + f.get("expected"));
            case CONFLICTING_OPTIONS ->
                usage(
                        f.get("first") + " does not go with " + f.get("second") + ": " + f.get("why"),
                        "leave one of them out");
            case WRONG_USAGE -> usage(f.get("what"), "see 'fleetauth " + f.get("command") + " --help'");
            case NOT_KNOWN ->
                usage(
                        "nothing is known of " + f.get("what"),
                        Suggestions.question(f.get("nearest"))
                                + "run 'fleetauth explain' to see all errors that are known");
            case NO_VALID_ANSWER ->
                usage("no valid answer to the question about " + f.get("question"), "give " + f.get("expected"));
            case KEY_UNUSABLE -> usage(f.get("file") + " cannot be used: " + f.get("why"), f.get("remedy"));
            case NOT_A_TOKEN -> usage(f.get("where") + " holds no token", "give a file with a token alone, or -");
            case SECRET_REJECTED ->
                usage(
                        f.get("where") + " holds no " + f.get("what") + ": " + f.get("why"),
                        "give the " + f.get("what") + " alone, as UTF-8 text; nothing was sent");
            case SECRET_EXPOSED ->
                usage(
                        f.get("where") + " is a client secret, and other users can see arguments",
                        "give it with --client-secret-file; let the portal make a new one, since this one was seen");
            case ACCOUNT_UNCLEAR ->
                usage(f.get("file") + " " + f.get("why"), "choose one with --account: " + f.get("accounts"));
            case UNCONFIRMED ->
                usage(
                        "nobody can be asked whether the program that " + f.get("file") + " belongs to is stopped",
                        f.get("stop") + "; then give --yes");
            case TEXT_UNREADABLE ->
                usage(
                        f.get("source") + " cannot be used: " + f.get("why"),
                        "save a file as UTF-8 text; variables and options take a UTF-8 locale, such as LC_ALL=C.UTF-8");

            case NO_SUCH_PROFILE ->
                notSetUp(
                        "there is no profile '" + f.get("profile") + "'",
                        "run 'fleetauth login -p " + f.get("profile") + "', or 'fleetauth status' to see the others");
            case NO_TABLE ->
                notSetUp(
                        f.get("store") + " has no table for profiles",
                        "'fleetauth store init' makes it, once for all machines");
            case SETTINGS_MISSING -> notSetUp("the " + f.get("settings") + " are not known", "give " + f.get("ways"));
            case SETTING_MISSING ->
                notSetUp("the " + f.get("setting") + " is not known", "give it with " + f.get("ways"));
            case NO_STORE ->
                notSetUp("there is no store yet: " + f.get("file") + " is not there", "'fleetauth login' makes one");
            case FILE_UNREADABLE -> notSetUp(f.get("file") + " cannot be read: " + f.get("why"), "");

            case NO_EXPORT_KEY ->
                notSetUp(
                        "the key of the export is not known: it takes " + f.get("needs"),
                        "give --export-passphrase-file or --export-key-file, or FLEETAUTH_EXPORT_PASSPHRASE, or run in a"
                                + " terminal");
            case TOKEN_FILE_REFUSED ->
                notSetUp(
                        "no token file can be written: " + f.get("why"),
                        "a token file is only ever kept in memory, in the folder of your session; give the token with --env, or"
                                + " run in a session that has such a folder");
            case MOVED ->
                notSetUp(
                        "profile '" + f.get("profile") + "' was moved away from " + f.get("host") + " at "
                                + f.get("since") + " and is not used here any more",
                        "use it where it was imported; if the copy is lost, 'fleetauth export' gives it again, and"
                                + " 'fleetauth export --undo' takes it back");

            case MOVE_UNFINISHED ->
                notSetUp(
                        "profile '" + f.get("profile") + "' is not used here any more: its move to " + f.get("where")
                                + " is unfinished",
                        "run the same 'fleetauth store move' again, which finishes it");

            case MOVED_TO ->
                notSetUp(
                        "profile '" + f.get("profile") + "' was moved to " + f.get("where"),
                        "name that store with --store or FLEETAUTH_STORE; 'fleetauth login -p " + f.get("profile")
                                + "' makes a new session here");

            case MOVED_AGAIN ->
                notSetUp(
                        "profile '" + f.get("profile") + "' was to be moved to " + f.get("where")
                                + " before, and nothing of it is there any more that is in use",
                        "use it where it is now; if that is nowhere, --replace moves once more what is here, whose tokens may"
                                + " be spent");

            case HOME_MOVE_UNFINISHED ->
                notSetUp(
                        "the home " + f.get("home") + " is not used any more: its move to another place is unfinished",
                        "run 'fleetauth doctor --move-home', which finishes it");

            case LOGIN_NEEDED ->
                person(
                        "profile '" + f.get("profile") + "' needs a login: " + f.get("why"),
                        "run 'fleetauth login -p " + f.get("profile") + "'");
            case LOGIN_TIMED_OUT ->
                person(
                        "nobody finished the login: gave up after " + f.get("after"),
                        "run 'fleetauth login' again; --timeout gives more time. If the provider's page showed an error,"
                                + " 'fleetauth explain' its words; the redirect URI sent was '" + f.get("redirect")
                                + "'");

            case PASTE_NEEDED ->
                person(
                        "the browser ends at " + f.get("address") + ", which is not an address of this machine",
                        "give --paste, and the address the browser ended at on standard input");

            case KEY_NOT_HOSTED ->
                person(f.get("address") + " does not have the public key: " + f.get("why"), f.get("remedy"));
            case NOT_REGISTERED ->
                person(
                        f.get("domain") + " is not registered in region " + f.get("region") + ": " + f.get("why"),
                        "run 'fleetauth register --domain " + f.get("domain") + " --region " + f.get("region") + "'");

            case IMPORT_REFUSED ->
                refused(
                        "the provider refused the refresh token: " + f.get("error") + ": it was issued to another"
                                + " application, has expired, was used or replaced, or was revoked",
                        "no profile was made; check that the client id and the provider are those it was issued for, before a"
                                + " new login ends the other program's session");
            case REFUSED ->
                known(
                        KnownErrors.refusal(f.get("error"), f.get("description")),
                        f.get("endpoint") + " refused" + named(f) + described(f) + " (" + f.get("status")
                                + referenced(f) + ")" + sent(f));
            case CANCELLED ->
                refused("cancelled at the question about " + f.get("question"), "run the command again to continue");
            case API_REFUSED ->
                known(
                        KnownErrors.apiRefusal(f.get("error")),
                        f.get("endpoint") + " refused" + named(f) + " (" + f.get("status") + ")");
            case DENIED ->
                known(
                        KnownErrors.at(Place.CALLBACK, f.get("error")),
                        "access was not allowed" + named(f) + described(f) + " (" + f.get("endpoint") + ")" + sent(f));
            case AUTHORIZATION_FAILED -> {
                Optional<KnownError> known = KnownErrors.at(Place.CALLBACK, f.get("error"));
                yield known(
                        known,
                        "the provider answered the login with an error" + named(f) + described(f) + " ("
                                + f.get("endpoint") + ")"
                                + known.map(error -> ": " + error.meaning()).orElse("")
                                + sent(f));
            }
            case ANSWER_REJECTED ->
                refused(
                        "the " + f.get("what") + " is not good: " + f.get("why"),
                        "it is not used; if this goes on, the provider is misconfigured or someone is in between");
            case NOT_VERIFIABLE ->
                refused(
                        "the token cannot be verified here: " + f.get("why"),
                        "leave --verify out to see what is known of it");
            case DIFFERENT_SESSION ->
                refused(
                        "profile '" + f.get("profile") + "' belongs to the " + f.get("what") + " " + f.get("stored")
                                + ", and this login is for " + f.get("given"),
                        "use another profile with -p, or give --replace");
            case CALLBACK_REJECTED ->
                refused(f.get("why"), "the code was not sent anywhere; log in again from a browser you trust");
            case METADATA_REJECTED ->
                refused(
                        "the discovery document of " + f.get("address") + " is not accepted: " + f.get("member") + ": "
                                + f.get("why"),
                        "check the issuer, character for character");
            case ENDPOINTS_APART ->
                refused(
                        "the document of " + f.get("issuer") + " has the login at " + f.get("authorization")
                                + " and the tokens at " + f.get("token")
                                + ", which may be a provider that is after another one's codes",
                        "if its documentation names both, confirm with --endpoint token_endpoint=" + f.get("endpoint"));
            case LIFE_TOO_SHORT ->
                refused(
                        "no token is valid for " + f.get("asked") + ": the provider's live " + f.get("life"),
                        "ask for less with --min-validity");
            case UNPRINTABLE_TOKEN ->
                refused(
                        "the access token of profile '" + f.get("profile") + "' is not passed on: " + f.get("why"),
                        "it is kept sealed; report this to the provider");

            case PROFILE_EXISTS ->
                refused(
                        "profile '" + f.get("profile") + "' is there already: " + f.get("why"),
                        "use another name with -p, or give --replace");

            case CALLBACK_UNAVAILABLE ->
                temporary(
                        "the callback " + f.get("address") + " cannot be listened on: " + f.get("why"),
                        "end that program, paste the response with --paste, or give another port that is registered with"
                                + " --redirect-uri");
            case PORT_UNAVAILABLE ->
                temporary(
                        "port " + f.get("port") + " is not available: " + f.get("why"),
                        "choose another with --port, or leave it out for a free one");
            case PROXY_REFUSED ->
                notSetUp(
                        "the proxy of " + f.get("variable") + " refused the connection (407): " + f.get("why"),
                        "give the user and password in the variable: http://USER:PASSWORD@HOST:PORT, with special characters"
                                + " percent-encoded; for another method, use a local proxy that knows it");
            case UNREACHABLE ->
                temporary(
                        f.get("address") + " cannot be reached: " + f.get("why"), "nothing was sent; try again later");
            case NO_ANSWER ->
                temporary("no whole answer from " + f.get("address") + ": " + f.get("why"), "try again later");
            case SERVER_ERROR ->
                temporary(
                        f.get("address") + " has a problem (" + f.get("status") + titled(f) + referenced(f) + ")",
                        ServerErrors.FAILING.remedy());
            case RATE_LIMITED ->
                temporary(
                        f.get("address") + " is asked too often",
                        f.get("wait").isEmpty() ? ServerErrors.TOO_MANY.remedy() : "try again in " + f.get("wait"));
            case BLOCKED_BY_CDN ->
                temporary(
                        f.get("address") + " is blocked by its content network" + titled(f) + referenced(f),
                        ServerErrors.BLOCKED.remedy());
            case BAD_ANSWER ->
                temporary("the answer of " + f.get("address") + " makes no sense: " + f.get("why"), "try again later");
            case REFRESH_NEEDED ->
                temporary(
                        "the access token of profile '" + f.get("profile") + "' is not valid (any more)",
                        "leave --no-refresh out, or try again when another run has refreshed it");
            case LOCK_HELD ->
                temporary(
                        "profile '" + f.get("profile") + "' is in use by " + f.get("holder") + " since "
                                + f.get("since"),
                        "try again when it is done");
            case KEYS_IN_USE ->
                temporary(
                        f.get("file") + " is being changed by " + f.get("holder") + " since " + f.get("since"),
                        "try again when it is done");
            case ROTATION_UNFINISHED ->
                temporary(
                        "the new key is in use, and the old one is still kept: profile '" + f.get("profile") + "': "
                                + f.get("why"),
                        "run 'fleetauth refresh -p " + f.get("profile") + "' on that machine, or with --take-over where"
                                + " it is gone, and then 'fleetauth key rotate' again; where it needs a login, log in");
            case KEYS_UNAVAILABLE ->
                temporary(
                        "the keys of " + f.get("address") + " cannot be had: " + f.get("why"),
                        "what was to be checked with them is kept; try again later");
            case ANSWER_MAY_BE_LOST ->
                temporary(
                        "a refresh of profile '" + f.get("profile") + "' begun on " + f.get("host") + " at "
                                + f.get("since") + " had no answer, and posting its token again could end the session",
                        "the present access token still works; later 'fleetauth token' tries by itself, 'fleetauth refresh"
                                + " --take-over' tries now");

            case ANSWER_ON_OTHER_HOST ->
                temporary(
                        "a refresh of profile '" + f.get("profile") + "' begun on " + f.get("host") + " at "
                                + f.get("since")
                                + " had no answer that came here, and posting its token again could end"
                                + " the session",
                        "that machine may have kept the answer, and any command there puts it back; if it did not,"
                                + " 'fleetauth refresh --take-over' tries the token once more");
            case OVERTAKEN ->
                temporary(
                        "profile '" + f.get("profile") + "' was changed by another process meanwhile",
                        "nothing was sent or changed; try again");
            case ANSWER_OVERTAKEN ->
                temporary(
                        "another process saved a newer answer for profile '" + f.get("profile")
                                + "' meanwhile; the one of this is destroyed",
                        "try again, which takes what is there");
            case STORE_UNREACHABLE ->
                temporary(f.get("store") + " cannot be used for now: " + f.get("why"), "try again later");

            case REFRESH_IN_DOUBT ->
                temporary(
                        "a refresh of profile '" + f.get("profile") + "', begun at " + f.get("since")
                                + " and last tried by process "
                                + f.get("process") + " on " + f.get("host")
                                + ", had no answer while this one waited for it",
                        "nothing was posted again; try later");

            case NOT_PUBLISHED ->
                temporary(
                        "the newest tokens of profile '" + f.get("profile") + "' were not published: " + f.get("why"),
                        "they are kept here; the next command with --after-refresh publishes them");

            case NO_KEY_SOURCE -> store("the store is locked; it takes " + f.get("needs"), keyWays());
            case KEY_SOURCE_FAILED ->
                store(
                        "the key that opens the store cannot be had from " + f.get("source") + ": " + f.get("why"),
                        "no other source was tried; 'fleetauth key show' says what opens the store");
            case UNLOCK_REFUSED ->
                store(
                        "the store cannot be kept unlocked: " + f.get("why"),
                        "the key is only ever kept in memory, in the folder of your session");
            case WRONG_KEY ->
                store(
                        f.get("file") + " does not open with what was given; it takes " + f.get("needs"),
                        "check " + f.get("given"));
            case WRONG_PASSPHRASE ->
                store(
                        "wrong passphrase for " + f.get("file"),
                        "run the command again; what is sealed with a lost passphrase cannot be recovered");
            case WEAK_PASSPHRASE ->
                store("the passphrase is too short", "give at least " + f.get("minimum") + " characters");
            case PASSPHRASES_DIFFER -> store("the two passphrases differ", "nothing was changed; try again");
            case KEY_FILE_MISSING ->
                store(
                        "the key file " + f.get("file") + ", which the store names, is not there",
                        "put your copy back, or name another place with FLEETAUTH_KEY_FILE;"
                                + " 'fleetauth key set --key-file' then records it");
            case KEY_FILE_FOREIGN ->
                store(
                        "the key file " + f.get("file") + ", which the store names, is not a file of its owner",
                        "name your key file with FLEETAUTH_KEY_FILE; the store's files may have been changed by someone else");
            case KEY_FILE_INVALID ->
                store(
                        f.get("file") + " is no key file: " + f.get("why"),
                        "make one with 'fleetauth key new-file PATH'");
            case KEY_FILE_EXPOSED ->
                store(f.get("file") + " can be read by others (" + f.get("mode") + ")", "run 'chmod 600' on it");
            case FILE_EXISTS -> store(f.get("file") + " exists and is not overwritten", "give another path");
            case STORE_EXPOSED ->
                store(
                        f.get("file") + " can be changed by others (" + f.get("mode") + ")",
                        "take their rights away with 'chmod go-w'");
            case STORE_FOREIGN ->
                store(
                        f.get("file") + " belongs to another user than the home of the store",
                        "it was left alone; if it is yours take it over with 'chown', else move it away");
            case HOME_FOREIGN ->
                store(
                        "the home " + f.get("home")
                                + " belongs to another user: nothing was sent, and nothing was changed",
                        "run this as that user or as root, or choose a home of your own with --home or FLEETAUTH_HOME");
            case TABLE_FOREIGN ->
                store(
                        f.get("store") + " has a table public.fleetauth that belongs to the role " + f.get("owner"),
                        "find out who made it; then drop it, or take it over with"
                                + " 'ALTER TABLE public.fleetauth OWNER TO CURRENT_USER'");
            case STORE_DAMAGED ->
                store(
                        f.get("file") + " is damaged: " + f.get("why"),
                        "it was left alone; put back a copy, or move it away and log in anew");
            case STORE_UNREADABLE -> store(f.get("file") + " cannot be read: " + f.get("why"), "");
            case STORE_UNWRITABLE ->
                store(f.get("file") + " cannot be written: " + f.get("why") + "; " + f.get("spent"), "");

            case EXPORT_UNREADABLE ->
                store(f.get("where") + " is not imported: " + f.get("why"), "nothing was changed here");

            case COMMAND_NOT_EXECUTABLE ->
                new Explanation(ExitCode.NOT_EXECUTABLE, f.get("command") + " cannot be run", "is it a program?");
            case COMMAND_NOT_FOUND ->
                new Explanation(ExitCode.NOT_FOUND, f.get("command") + " is not there", "give the path of a program");

            case COMMAND_TOO_LONG ->
                new Explanation(
                        ExitCode.NOT_EXECUTABLE,
                        f.get("command")
                                + " cannot be run: its arguments and variables are longer than this system allows",
                        "pass long input in a file or on standard input");

            case OUTPUT_FAILED ->
                new Explanation(
                        ExitCode.UNEXPECTED,
                        "the output could not be written",
                        "is the disk full, or the pipe closed?");
            case FILE_NOT_WRITTEN ->
                new Explanation(ExitCode.UNEXPECTED, f.get("file") + " cannot be written: " + f.get("why"), "");
            case DEMO_FAILED ->
                new Explanation(ExitCode.UNEXPECTED, "the demo failed at '" + f.get("step") + "': " + f.get("why"), "");
        };
    }

    /** The facts of a failure, fit to be shown. */
    private record Facts(Map<String, String> fields) {
        String get(String name) {
            String value = fields.get(name);
            if (value == null) {
                throw new IllegalArgumentException("the failure has no " + name);
            }
            return TerminalText.printable(value);
        }
    }

    /** Not every refusal has a code: some servers answer 401 and nothing else. */
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

    /** The words of a list such as "na, eu or cn"; none where it is no list of single words. */
    private static List<String> alternatives(String expected) {
        List<String> words = List.of(expected.split(", | or ", -1));
        return words.stream().anyMatch(word -> word.contains(" ")) ? List.of() : words;
    }

    private static String keyWays() {
        return "set one of FLEETAUTH_KEY_FILE, _KEY_COMMAND, _KEYRING, _PASSPHRASE_FILE, _PASSPHRASE_COMMAND and"
                + " _PASSPHRASE, or run in a terminal; 'fleetauth key show' says which it needs";
    }

    /** An error of the provider, with what the one table of them has to say. */
    private static Explanation known(Optional<KnownError> error, String message) {
        return error.map(known -> new Explanation(ExitCode.of(known.act()), message, known.remedy()))
                .orElseGet(() -> refused(message, ""));
    }

    private static Explanation usage(String message, String hint) {
        return new Explanation(ExitCode.USAGE, message, hint);
    }

    private static Explanation notSetUp(String message, String hint) {
        return new Explanation(ExitCode.NOT_SET_UP, message, hint);
    }

    private static Explanation person(String message, String hint) {
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
