package tally.bench;

import fr.acinq.secp256k1.Secp256k1;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import tally.x402.Address;
import tally.x402.BouncyCurve;
import tally.x402.Curve;
import tally.x402.NativeCurve;

/// Who signed a voucher. The peer is bare libsecp256k1, which yields a key, checks nothing else and
/// hashes no address; without that library only `bouncy` is measured.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SignatureMicro {

  private final VoucherSample sample = new VoucherSample();
  private final Curve bouncy = new BouncyCurve();
  private final byte[] compact = Arrays.copyOf(sample.signature.bytes(), 64);
  private final int recovery = sample.signature.bytes()[64] - 27;

  /// What needs the native library, so that its absence leaves the rest.
  @State(Scope.Benchmark)
  public static class Native {
    final Secp256k1 library = Secp256k1.Companion.get();
    final Curve curve = NativeCurve.load().orElseThrow();
  }

  @Benchmark
  public byte[] peer(Native natively) {
    return natively.library.ecdsaRecover(compact, sample.digest, recovery);
  }

  @Benchmark
  public Optional<Address> libsecp256k1(Native natively) {
    return natively.curve.recover(sample.digest, sample.signature);
  }

  @Benchmark
  public Optional<Address> bouncy() {
    return bouncy.recover(sample.digest, sample.signature);
  }
}
