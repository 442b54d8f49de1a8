package dev.fleetauth.oauth.endpoint;

import com.nimbusds.jose.jwk.Curve;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Objects;

/**
 * Computes the public point of a private key on P-256, which PEM may omit but a JWK must contain. The JDK does not
 * offer this. The computation is not constant-time, which is acceptable because a key is read only once, at a login or
 * import.
 */
final class P256 {

    private static final ECParameterSpec CURVE = Objects.requireNonNull(Curve.P_256.toECParameterSpec());
    private static final BigInteger P = ((ECFieldFp) CURVE.getCurve().getField()).getP();
    private static final BigInteger THREE = BigInteger.valueOf(3);

    private P256() {}

    /** @throws GeneralSecurityException if the number is not a private key */
    static ECPublicKey publicKey(BigInteger number) throws GeneralSecurityException {
        if (number.signum() <= 0 || number.compareTo(CURVE.getOrder()) >= 0) {
            throw new GeneralSecurityException("the number is out of range");
        }
        ECPoint sum = ECPoint.POINT_INFINITY;
        for (int bit = number.bitLength() - 1; bit >= 0; bit--) {
            sum = sum(sum, sum);
            sum = number.testBit(bit) ? sum(sum, CURVE.getGenerator()) : sum;
        }
        return (ECPublicKey) KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(sum, CURVE));
    }

    /** The sum of two points (SEC 1 2.2.1). */
    private static ECPoint sum(ECPoint one, ECPoint other) {
        if (one.equals(ECPoint.POINT_INFINITY)) {
            return other;
        }
        if (other.equals(ECPoint.POINT_INFINITY)) {
            return one;
        }
        BigInteger x = one.getAffineX();
        BigInteger y = one.getAffineY();
        if (x.equals(other.getAffineX()) && !y.equals(other.getAffineY())) {
            return ECPoint.POINT_INFINITY;
        }
        BigInteger slope = one.equals(other)
                ? x.pow(2)
                        .multiply(THREE)
                        .add(CURVE.getCurve().getA())
                        .multiply(y.shiftLeft(1).modInverse(P))
                : other.getAffineY()
                        .subtract(y)
                        .multiply(other.getAffineX().subtract(x).modInverse(P));
        BigInteger third = slope.pow(2).subtract(x).subtract(other.getAffineX()).mod(P);
        return new ECPoint(third, slope.multiply(x.subtract(third)).subtract(y).mod(P));
    }
}
