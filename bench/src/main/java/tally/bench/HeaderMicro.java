package tally.bench;

import java.util.Base64;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import tally.x402.BatchPayload;
import tally.x402.Headers;
import tally.x402.Headers.Decoded;
import tally.x402.PaymentPayload;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads the header in which a voucher comes. The peer decodes base64 and reads the JSON into a
/// tree, and asks nothing of it.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class HeaderMicro {

  private final String header = new VoucherSample().header;
  private final JsonMapper mapper = JsonMapper.shared();

  @Benchmark
  public JsonNode peer() {
    return mapper.readTree(Base64.getDecoder().decode(header));
  }

  @Benchmark
  public Decoded<BatchPayload> voucher() {
    return switch (Headers.paymentPayload(header)) {
      case Decoded.Good<PaymentPayload>(var payload) -> BatchPayload.read(payload.payload());
      case Decoded.Bad<PaymentPayload>(var code, var text) ->
          throw new IllegalStateException(code + ": " + text);
    };
  }
}
