package tally.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SizePriceTest {

  @ParameterizedTest
  @CsvSource({"KB,1000", "KiB,1024", "MB,1000000", "MiB,1048576", "GB,1000000000"})
  void a_size_has_so_many_bytes(String size, long bytes) {
    assertThat(SizePrice.of("0.10 USD/" + size))
        .isEqualTo(new SizePrice("0.10", "USD", size, bytes));
  }

  @Test
  void a_price_is_written_as_it_was_read() {
    assertThat(SizePrice.of(" 1.5 TUSD/TiB ")).hasToString("1.5 TUSD/TiB");
    assertThat(SizePrice.of("1.5 TUSD/TiB").bytes()).isEqualTo(1L << 40);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "0.10", "USD/GiB", "-1 USD/GiB", "1 USD/GiBs", "1e3 USD/GB", "1 $/GB"})
  void what_is_no_price_is_refused_with_an_example(String written) {
    assertThatThrownBy(() -> SizePrice.of(written))
        .isInstanceOfSatisfying(
            Stop.class, stop -> assertThat(stop.code).isEqualTo("price_malformed"))
        .hasMessageContaining("0.10 USD/GiB");
  }
}
