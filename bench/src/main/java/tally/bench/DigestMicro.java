package tally.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import tally.x402.Bytes32;
import tally.x402.Keccak;

/// The EIP-712 digest of a voucher. The peer is the two Keccak hashes that it cannot do without, on
/// bytes that are ready.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DigestMicro {

  private final VoucherSample sample = new VoucherSample();
  private final byte[][] words = sample.words().toArray(byte[][]::new);
  private final byte[] domain = sample.typed.domainSeparator().bytes();
  private final byte[] prefix = {0x19, 0x01};

  @Benchmark
  public byte[] peer() {
    return Keccak.hash(prefix, domain, Keccak.hash(words));
  }

  @Benchmark
  public Bytes32 voucher() {
    return sample.typed.voucher(sample.channel, sample.total);
  }
}
