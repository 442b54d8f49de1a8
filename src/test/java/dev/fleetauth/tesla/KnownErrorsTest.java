package dev.fleetauth.tesla;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.model.KnownError;
import dev.fleetauth.model.KnownError.Place;
import dev.fleetauth.model.KnownError.Resolution;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * The table of errors contains all codes of the standards, its entries are complete, and responses are matched to them.
 */
@Tag("any-jdk")
class KnownErrorsTest {

    static final List<KnownError> ALL = KnownErrors.ALL;

    /** All places: the response may come from any server. */
    private static final Set<Place> ANY = EnumSet.allOf(Place.class);

    @ParameterizedTest
    @FieldSource("ALL")
    void anEntryIsComplete(KnownError known) {
        for (String words : List.of(known.meaning(), known.remedy())) {
            assertThat(words).isNotBlank().doesNotEndWith(".").doesNotContain("  ", "|", "\n");
        }
        assertThat(known.source()).isNotBlank();
        assertThat(known.code().isBlank()).isFalse();
        assertThat(known.phrases()).allSatisfy(phrase -> assertThat(phrase).isLowerCase());
        assertThat(ALL.stream()
                        .filter(other ->
                                other.place() == known.place() && other.code().equalsIgnoreCase(known.code())))
                .as("entries for this code and place")
                .hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        // RFC 6749 4.1.2.1.
        "CALLBACK, invalid_request unauthorized_client access_denied unsupported_response_type invalid_scope server_error"
                + " temporarily_unavailable",
        // OpenID Connect Core 3.1.2.6.
        "CALLBACK, interaction_required login_required account_selection_required consent_required invalid_request_uri"
                + " invalid_request_object request_not_supported request_uri_not_supported registration_not_supported",
        // RFC 8707 2, and Tesla's own.
        "CALLBACK, invalid_target login_cancelled",
        // RFC 6749 5.2, RFC 8707 2, and codes of the callback that some servers send here.
        "TOKEN_ENDPOINT, invalid_request invalid_client invalid_grant unauthorized_client unsupported_grant_type"
                + " invalid_scope invalid_target server_error temporarily_unavailable",
        "TOKEN_ENDPOINT, login_required invalid_auth_code invalid_redirect_url invalid_audience",
        // RFC 7009 2.2.1.
        "REVOCATION_ENDPOINT, unsupported_token_type",
        // RFC 6750 3.1.
        "FLEET_API, invalid_request invalid_token insufficient_scope"
    })
    void everyStandardCodeIsKnown(Place place, String codes) {
        assertThat(codes.split(" "))
                .allSatisfy(code -> assertThat(KnownErrors.at(place, code)).isPresent());
    }

    @ParameterizedTest
    @CsvSource({
        "TOKEN_ENDPOINT, login_required, USER_ACTION, refresh token",
        "CALLBACK, login_required, USER_ACTION, not logged in",
        "TOKEN_ENDPOINT, unauthorized_client, CHANGE, secret",
        "CALLBACK, unauthorized_client, CHANGE, may not request an authorization code",
        "CALLBACK, temporarily_unavailable, RETRY, overloaded"
    })
    void theMeaningOfACodeDependsOnItsPlace(Place place, String code, Resolution resolution, String meaning) {
        KnownError known = KnownErrors.at(place, code).orElseThrow();
        assertThat(known.resolution()).isEqualTo(resolution);
        assertThat(known.meaning()).contains(meaning);
    }

    @ParameterizedTest
    @CsvSource({
        "0, login_required, login_required, 'login_required login_required'",
        "401, login_required, login_required, login_required",
        "412, '', Account x must be registered in the current region y, must be registered in the current region",
        "412, '', Root domain x must match registered allowed origin, must match registered allowed origin",
        "0, '', a reply: 'redirect_uri' supplied is not registered, We don't recognize this redirect_uri",
        "424, '', nothing that is known, Public key download failed",
        "503, '', nothing that is known, 5xx",
        "599, '', nothing that is known, 5xx",
        "418, '', nothing that is known, ''"
    })
    void aResponseMatchesItsErrors(int status, String code, String text, String expected) {
        List<String> found = KnownErrors.matching(ANY, status, code, text).errors().stream()
                .map(KnownError::code)
                .toList();
        assertThat(String.join(" ", found)).isEqualTo(expected);
    }

    /** A response with an unknown code is matched by its status. */
    @Test
    void anUnknownCodeIsMatchedByStatus() {
        assertThat(KnownErrors.matching(ANY, 400, "invalid_of_tomorrow", "invalid_of_tomorrow")
                        .errors())
                .extracting(KnownError::code)
                .contains("invalid_request", "Invalid domain");
    }

    @Test
    void aPlaceNarrowsTheMatches() {
        assertThat(KnownErrors.matching(EnumSet.of(Place.CALLBACK), 0, "login_required", "login_required")
                        .errors())
                .singleElement()
                .satisfies(known -> assertThat(known.place()).isEqualTo(Place.CALLBACK));
    }
}
