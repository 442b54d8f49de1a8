package dev.fleetauth.flow.transfer;

import dev.fleetauth.flow.GivenSecret;
import dev.fleetauth.model.Secret;
import org.jspecify.annotations.Nullable;

/**
 * A login of another program, as its file tells of it.
 *
 * @param program whose it is
 * @param account what tells it from others in the file
 * @param written the refresh token as the file has it
 * @param type the kind of Tesla's token; null if the file does not tell
 * @param clientId the client that the refresh token was issued to; null if the file does not tell
 * @param region Tesla's region; null if the file does not tell
 */
public record ForeignLogin(
        Program program,
        String account,
        Secret written,
        @Nullable String type,
        @Nullable String clientId,
        @Nullable String region) {

    /** A program whose files are known. */
    public enum Program {
        TESLA_FLEET(
                "Home Assistant's integration Tesla Fleet",
                "disable that integration in Home Assistant, under Devices & services"),
        TESLA_CUSTOM(
                "Home Assistant's Tesla Custom Integration",
                "disable that integration in Home Assistant, under Devices & services"),
        TESLAPY("TeslaPy or pypowerwall", "stop every program that uses this file, such as pypowerwall's proxy"),
        PYPOWERWALL("pypowerwall", "stop pypowerwall and its proxy"),
        TESCMD("tescmd", "stop 'tescmd serve', and run 'tescmd auth logout'"),
        UNKNOWN("another program", "stop the program that this file belongs to");

        private final String words;
        private final String stop;

        Program(String words, String stop) {
            this.words = words;
            this.stop = stop;
        }

        /** What it is called in messages. */
        public String words() {
            return words;
        }

        /** How it is kept from using the refresh token again, in the imperative. */
        public String stop() {
            return stop;
        }
    }

    /**
     * The refresh token.
     *
     * @param where the file it is from, for messages
     * @throws dev.fleetauth.model.Failure of kind {@code SECRET_REJECTED} if it is none
     */
    public Secret refreshToken(String where) {
        return GivenSecret.REFRESH_TOKEN.read(written.reveal(), where);
    }
}
