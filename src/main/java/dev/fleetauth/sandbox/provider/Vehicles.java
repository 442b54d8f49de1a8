package dev.fleetauth.sandbox.provider;

import dev.fleetauth.model.Scope;
import dev.fleetauth.sandbox.server.Request;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The vehicle endpoints of the Fleet API. The user has one simulated vehicle. */
public final class Vehicles {

    static final String VIN = "5YJ3SANDB0X000001";
    static final String LIST = "/api/1/vehicles";
    static final String DATA = LIST + "/" + VIN + "/vehicle_data";

    private static final String SCOPE = "vehicle_device_data";
    private static final long ID = 100021;

    /** Tesla's limit on real-time data (developer.tesla.com, billing and limits). */
    private static final int MAX_CALLS_PER_MINUTE = 60;

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final Clock clock;
    private Instant minute = Instant.MIN;
    private int calls;

    public Vehicles(Clock clock) {
        this.clock = clock;
    }

    /** The envelope of a successful response; for a list it contains the length. */
    static Map<String, Object> envelope(@Nullable Object response) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("response", response);
        if (response instanceof List<?> list) {
            members.put("count", list.size());
        }
        return members;
    }

    Outcome answer(Request request, IssuedGrant grant) {
        if (!grant.scope().contains(SCOPE)) {
            return Outcome.refused(403, "Unauthorized missing scopes " + new Scope(List.of(SCOPE)));
        }
        return request.path().equals(LIST) ? Outcome.of(List.of(vehicle())) : data();
    }

    private synchronized Outcome data() {
        Instant now = clock.instant();
        if (!now.isBefore(minute.plus(MINUTE))) {
            minute = now;
            calls = 0;
        }
        calls++;
        if (calls > MAX_CALLS_PER_MINUTE) {
            long wait = Math.max(1, Duration.between(now, minute.plus(MINUTE)).toSeconds());
            return new Outcome(null, new Outcome.Problem(429, "Account Rate Limit Reached", wait));
        }
        Map<String, Object> data = vehicle();
        data.put("charge_state", Map.of("battery_level", 72, "charging_state", "Disconnected"));
        data.put("vehicle_state", Map.of("locked", true, "odometer", 12_345.6));
        return Outcome.of(data);
    }

    private static Map<String, Object> vehicle() {
        Map<String, Object> vehicle = new LinkedHashMap<>();
        vehicle.put("id", ID);
        vehicle.put("vin", VIN);
        vehicle.put("display_name", "Sandy");
        vehicle.put("access_type", "OWNER");
        vehicle.put("state", "online");
        vehicle.put("in_service", false);
        return vehicle;
    }
}
