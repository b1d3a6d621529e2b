package tally;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JsonTest {

  sealed interface Shape {
    sealed interface Round extends Shape {}

    record Circle(BigInteger radius, Optional<Instant> since) implements Round {}

    record Both(List<Shape> parts) implements Shape {}
  }

  @Test
  void a_sealed_state_is_read_back_as_it_was_written() {
    Shape shape =
        new Shape.Both(
            List.of(
                new Shape.Circle(
                    BigInteger.TEN.pow(77), Optional.of(Instant.parse("2026-01-02T03:04:05.678Z"))),
                new Shape.Circle(BigInteger.ONE, Optional.empty())));
    var written = Json.write(Shape.class, shape);
    assertThat(written).contains("\"is\":\"Both\"", "\"is\":\"Circle\"");
    assertThat(Json.read(Shape.class, written)).isEqualTo(shape);
  }
}
