package tally.x402;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CurveTest {

  private static final BigInteger ORDER =
      new BigInteger("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16);
  private static final Curve BOUNCY = Vectors.curves().get(0);
  private static final Curve NATIVE = Vectors.curves().get(1);

  @Test
  void both_sign_thousands_of_digests_alike_and_recover_the_signer() {
    var random = new Random(402);
    var key = new byte[32];
    for (int i = 0; i < 3000; i++) {
      if (i % 100 == 0) {
        random.nextBytes(key);
        key[0] &= 0x7f;
      }
      var digest = bytes(random);
      var signature = BOUNCY.sign(digest, key);
      var signer = BOUNCY.address(key);
      assertThat(NATIVE.sign(digest, key)).isEqualTo(signature);
      assertThat(NATIVE.address(key)).isEqualTo(signer);
      assertThat(BOUNCY.recover(digest, signature)).contains(signer);
      assertThat(NATIVE.recover(digest, signature)).contains(signer);
    }
  }

  @Test
  void both_answer_alike_to_thousands_of_random_signatures() {
    var random = new Random(65);
    int recovered = 0;
    for (int i = 0; i < 3000; i++) {
      var digest = bytes(random);
      var bytes = new byte[65];
      random.nextBytes(bytes);
      bytes[32] &= 0x7f;
      bytes[64] = (byte) (27 + random.nextInt(2));
      var signature = Signature.of(bytes);
      var answer = BOUNCY.recover(digest, signature);
      assertThat(NATIVE.recover(digest, signature)).isEqualTo(answer);
      recovered += answer.isPresent() ? 1 : 0;
    }
    // About half of all numbers are the x of a point.
    assertThat(recovered).isBetween(1200, 1800);
  }

  @Test
  void a_high_s_is_refused_by_both_with_either_v() {
    var good = aSignature();
    var high = ORDER.subtract(part(good, 32));
    refused(with(good, 32, high, 27));
    refused(with(good, 32, high, 28));
  }

  @Test
  void r_or_s_out_of_range_is_refused_by_both() {
    var good = aSignature();
    int v = good[64];
    refused(with(good, 0, BigInteger.ZERO, v));
    refused(with(good, 32, BigInteger.ZERO, v));
    refused(with(good, 0, ORDER, v));
    refused(with(good, 0, BigInteger.TWO.pow(256).subtract(BigInteger.ONE), v));
    refused(with(good, 32, ORDER, v));
  }

  @Test
  void a_v_other_than_27_and_28_is_refused_by_both() {
    for (int v : new int[] {0, 1, 2, 26, 29, 30, 31, 127, 155, 255}) {
      refused(with(aSignature(), 0, part(aSignature(), 0), v));
    }
  }

  @Test
  void a_signature_of_another_length_is_none() {
    var good = aSignature();
    for (int length : new int[] {0, 1, 32, 63, 64, 66, 130}) {
      assertThatThrownBy(() -> Signature.of(Arrays.copyOf(good, length)))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> new Signature("0x" + "0".repeat(129)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Signature("00".repeat(65)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_digest_of_another_length_throws_in_both() {
    var signature = Signature.of(aSignature());
    for (var curve : Vectors.curves()) {
      for (int length : new int[] {0, 31, 33}) {
        assertThatThrownBy(() -> curve.recover(new byte[length], signature))
            .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> curve.sign(new byte[length], Vectors.payerKey()))
            .isInstanceOf(IllegalArgumentException.class);
      }
    }
  }

  @Test
  void what_is_no_private_key_is_refused_by_both() {
    for (var curve : Vectors.curves()) {
      for (var wrong :
          new byte[][] {new byte[32], TypedData.word(ORDER), new byte[31], new byte[33]}) {
        assertThatThrownBy(() -> curve.address(wrong)).isInstanceOf(IllegalArgumentException.class);
      }
    }
  }

  private static final byte[] DIGEST =
      Keccak.hash("tally".getBytes(java.nio.charset.StandardCharsets.UTF_8));

  private static byte[] aSignature() {
    return BOUNCY.sign(DIGEST, Vectors.payerKey()).bytes();
  }

  private static void refused(byte[] signature) {
    for (var curve : Vectors.curves()) {
      assertThat(curve.recover(DIGEST, Signature.of(signature)))
          .as(curve.getClass().getSimpleName())
          .isEmpty();
    }
  }

  private static BigInteger part(byte[] signature, int from) {
    return new BigInteger(1, Arrays.copyOfRange(signature, from, from + 32));
  }

  private static byte[] with(byte[] signature, int from, BigInteger value, int v) {
    var out = signature.clone();
    System.arraycopy(TypedData.word(value), 0, out, from, 32);
    out[64] = (byte) v;
    return out;
  }

  private static byte[] bytes(Random random) {
    var out = new byte[32];
    random.nextBytes(out);
    return out;
  }
}
