package dev.fleetauth.flow.transfer;

import dev.fleetauth.flow.GivenSecret;
import dev.fleetauth.model.Secret;
import org.jspecify.annotations.Nullable;

/**
 * A login of another program, read from its file.
 *
 * @param program the program
 * @param account the name of the login within the file
 * @param written the refresh token as written in the file
 * @param type Tesla's token type; null if the file does not say
 * @param clientId the client that the refresh token was issued to; null if the file does not say
 * @param region Tesla's region; null if the file does not say
 */
public record ForeignLogin(
        Program program,
        String account,
        Secret written,
        @Nullable String type,
        @Nullable String clientId,
        @Nullable String region) {

    /** The programs whose files are known. */
    public enum Program {
        TESLA_FLEET(
                "Home Assistant's Tesla Fleet integration",
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

        /** The name in messages. */
        public String words() {
            return words;
        }

        /** How to stop it from using the refresh token, in the imperative. */
        public String stop() {
            return stop;
        }
    }

    /**
     * The refresh token.
     *
     * @param where the name of the file, for messages
     * @throws dev.fleetauth.model.Failure of kind {@code SECRET_REJECTED} if it is not a refresh token
     */
    public Secret refreshToken(String where) {
        return GivenSecret.REFRESH_TOKEN.read(written.reveal(), where);
    }
}
