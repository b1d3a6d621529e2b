package tally.adapter.fake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import tally.delivery.port.Adapter;
import tally.delivery.port.Adapter.Observed;
import tally.delivery.port.AdapterContract;
import tally.money.Unit;
import tally.plugin.AdapterPlugin;

class FakeAdapterTest extends AdapterContract {

  private static final int SIZE = 8 * MIB;

  @Override
  protected Adapter open() {
    return new FakeAdapter(new FakeSettings(Duration.ofSeconds(20)), InstantSource.system());
  }

  @Override
  protected Map<String, String> source() {
    return Map.of("bytes", Integer.toString(SIZE), "seed", "7");
  }

  @Override
  protected Map<String, String> badSource() {
    return Map.of("bytes", "-1", "seed", "7");
  }

  @Override
  protected String path() {
    return "/anything";
  }

  @Override
  protected byte[] body() {
    var bytes = new ByteArrayOutputStream(SIZE);
    var chance = new SplittableRandom(7);
    var part = new byte[8 * 1024];
    while (bytes.size() < SIZE) {
      chance.nextBytes(part);
      bytes.writeBytes(part);
    }
    return bytes.toByteArray();
  }

  @Test
  void it_is_found_by_its_kind() {
    assertThat(ServiceLoader.load(AdapterPlugin.class).stream().map(p -> p.get().kind()))
        .containsExactly("fake");
  }

  @Test
  void an_inflating_seller_reports_more_than_he_served_and_the_buyer_counts_right() {
    var url = selling("inflate", "3/2");
    get(url.resolve(path()));
    await(() -> served() == SIZE * 3L / 2);
    assertThat(received()).isEqualTo(SIZE);
  }

  @Test
  void a_deaf_seller_passes_over_suspend_and_terminate() {
    var url = selling("deaf", "true");
    adapter.suspend(delivery);
    adapter.terminate(delivery);
    assertThat(adapter.observe(delivery)).isEqualTo(Observed.ACTIVE);
    assertThat(get(url.resolve(path()))).hasSize(SIZE);
  }

  @Test
  void a_stalling_seller_answers_and_sends_nothing() throws Exception {
    var url = selling("stall", "true");
    try (var stream = stream(url.resolve(path()))) {
      adapter.terminate(delivery);
      assertThat(isCut(stream)).isTrue();
    }
    assertThat(served()).isZero();
    assertThat(received()).isZero();
  }

  private java.net.URI selling(String word, String value) {
    var source = Map.of("bytes", Integer.toString(SIZE), "seed", "7", word, value);
    var access = adapter.activate(delivery, source, Unit.BYTE, bytes(0), bytes(100 * MIB));
    return adapter.connect(delivery, access, Unit.BYTE, bytes(0));
  }
}
