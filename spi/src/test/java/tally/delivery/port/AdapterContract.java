package tally.delivery.port;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tally.delivery.port.Adapter.Access;
import tally.delivery.port.Adapter.Checked;
import tally.delivery.port.Adapter.Observed;
import tally.money.Quantity;
import tally.money.Unit;

/// What every adapter that counts bytes must do, whoever wrote it: the same sentences for all.
public abstract class AdapterContract {

  protected static final int MIB = 1 << 20;
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  protected final UUID delivery = new UUID(1, 1);
  protected final HttpClient program = HttpClient.newHttpClient();
  protected Adapter adapter;

  /// A new adapter, on free ports of the loopback address.
  protected abstract Adapter open();

  /// What is sold here: `path` answers `body`, which is 8 MiB long.
  protected abstract Map<String, String> source();

  protected abstract Map<String, String> badSource();

  protected abstract String path();

  protected abstract byte[] body();

  @BeforeEach
  void openAdapter() {
    adapter = open();
  }

  @AfterEach
  void closeAdapter() {
    program.shutdownNow();
    adapter.close();
  }

  @Test
  void a_source_is_checked_before_it_is_sold() {
    assertThat(adapter.check(source())).isInstanceOf(Checked.Good.class);
    assertThat(adapter.check(badSource())).isInstanceOf(Checked.Bad.class);
  }

  @Test
  void the_whole_service_comes_through_and_both_sides_count_the_same() throws Exception {
    var url = both(0, 100 * MIB);
    assertThat(get(url)).isEqualTo(body());
    await(() -> served() == body().length);
    assertThat(received()).isEqualTo(body().length);
  }

  @Test
  void nothing_is_served_above_the_ceiling_until_more_is_allowed() throws Exception {
    int ceiling = 3 * MIB + 7;
    var url = both(0, ceiling);
    var download = CompletableFuture.supplyAsync(() -> get(url));
    await(() -> received() == ceiling && served() == ceiling);
    adapter.allow(delivery, bytes(MIB));
    assertThat(served()).isEqualTo(ceiling);
    adapter.allow(delivery, bytes(ceiling + 1));
    await(() -> received() == ceiling + 1 && served() == ceiling + 1);
    adapter.allow(delivery, bytes(100 * MIB));
    assertThat(download.get()).isEqualTo(body());
    await(() -> served() == body().length);
  }

  @Test
  void a_suspended_stream_stands_still_and_goes_on_when_resumed() throws Exception {
    var url = both(0, MIB);
    var download = CompletableFuture.supplyAsync(() -> get(url));
    await(() -> received() == MIB && served() == MIB);
    adapter.suspend(delivery);
    adapter.suspend(delivery);
    adapter.allow(delivery, bytes(100 * MIB));
    assertThat(adapter.observe(delivery)).isEqualTo(Observed.SUSPENDED);
    assertThat(served()).isEqualTo(MIB);
    adapter.resume(delivery);
    assertThat(adapter.observe(delivery)).isEqualTo(Observed.ACTIVE);
    assertThat(download.get()).isEqualTo(body());
  }

  @Test
  void a_terminated_stream_is_cut_and_its_count_stays_until_it_is_forgotten() throws Exception {
    var url = both(0, MIB);
    try (var stream = stream(url)) {
      assertThat(stream.readNBytes(MIB)).hasSize(MIB);
      adapter.terminate(delivery);
      adapter.terminate(delivery);
      assertThat(isCut(stream)).isTrue();
    }
    adapter.allow(delivery, bytes(100 * MIB));
    adapter.resume(delivery);
    assertThat(adapter.observe(delivery)).isEqualTo(Observed.TERMINATED);
    assertThat(served()).isEqualTo(MIB);
    adapter.forget(delivery);
    assertThat(adapter.served(delivery)).isEmpty();
    assertThat(adapter.received(delivery)).as("the buyer's half still runs").contains(bytes(MIB));
  }

  @Test
  void terminate_is_legal_from_every_state() {
    adapter.terminate(delivery);
    activate(0, MIB);
    adapter.suspend(delivery);
    adapter.terminate(delivery);
    assertThat(adapter.observe(delivery)).isEqualTo(Observed.TERMINATED);
    assertThat(adapter.open()).isEmpty();
  }

  @Test
  void acts_on_an_unknown_delivery_are_passed_over() {
    adapter.allow(delivery, bytes(1));
    adapter.suspend(delivery);
    adapter.resume(delivery);
    adapter.disconnect(delivery);
    adapter.forget(delivery);
    assertThat(adapter.observe(delivery)).isEqualTo(Observed.UNKNOWN);
    assertThat(adapter.served(delivery)).isEmpty();
    assertThat(adapter.received(delivery)).isEmpty();
    assertThat(adapter.open()).isEmpty();
  }

  @Test
  void every_act_is_idempotent() throws Exception {
    var access = activate(0, MIB);
    assertThat(activate(0, 100 * MIB)).isEqualTo(access);
    var url = connect(access, 0);
    assertThat(connect(access, 0)).isEqualTo(url);
    assertThat(adapter.open()).containsExactly(delivery);
    assertThat(get(url)).hasSize(body().length);
    assertThat(received()).isEqualTo(body().length);
  }

  @Test
  void a_restart_takes_both_counts_up() throws Exception {
    adapter.close();
    adapter = open();
    var url = both(2 * MIB, 5 * MIB);
    assertThat(served()).isEqualTo(2 * MIB);
    assertThat(received()).isEqualTo(2 * MIB);
    try (var stream = stream(url)) {
      assertThat(stream.readNBytes(3 * MIB)).hasSize(3 * MIB);
      await(() -> served() == 5 * MIB && received() == 5 * MIB);
      adapter.terminate(delivery);
    }
  }

  @Test
  void two_deliveries_at_once_do_not_mix() throws Exception {
    var other = new UUID(2, 2);
    var url = both(0, MIB);
    var access = adapter.activate(other, source(), Unit.BYTE, bytes(0), bytes(100 * MIB));
    var otherUrl = adapter.connect(other, access, Unit.BYTE, bytes(0));
    var held = CompletableFuture.supplyAsync(() -> get(url));
    assertThat(get(otherUrl.resolve(path()))).isEqualTo(body());
    await(() -> received() == MIB && served() == MIB);
    await(() -> adapter.served(other).equals(Optional.of(bytes(body().length))));
    assertThat(adapter.received(other)).contains(bytes(body().length));
    adapter.allow(delivery, bytes(100 * MIB));
    assertThat(held.get()).isEqualTo(body());
  }

  @Test
  void a_wrong_token_gets_nothing() throws Exception {
    var access = activate(0, 100 * MIB);
    var url = connect(new Access(access.url(), "guessed"), 0);
    var answer =
        program.send(
            HttpRequest.newBuilder(url.resolve(path())).build(), BodyHandlers.ofByteArray());
    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(served()).isZero();
    assertThat(received()).isZero();
  }

  @Test
  void a_disconnected_way_is_closed_and_the_count_goes_on_when_it_is_opened_again()
      throws Exception {
    var access = activate(0, 100 * MIB);
    var url = connect(access, 0);
    get(url);
    adapter.disconnect(delivery);
    assertThat(Optional.ofNullable(failure(url))).isPresent();
    assertThat(received()).isEqualTo(body().length);
    get(connect(access, 0));
    assertThat(received()).isEqualTo(2L * body().length);
  }

  /// Both halves of the delivery in this one adapter; answers where the program fetches.
  protected URI both(long already, long allowed) {
    return connect(activate(already, allowed), already);
  }

  protected Access activate(long already, long allowed) {
    return adapter.activate(delivery, source(), Unit.BYTE, bytes(already), bytes(allowed));
  }

  protected URI connect(Access access, long already) {
    return adapter.connect(delivery, access, Unit.BYTE, bytes(already)).resolve(path());
  }

  protected long served() {
    return adapter.served(delivery).orElseThrow().count();
  }

  protected long received() {
    return adapter.received(delivery).orElseThrow().count();
  }

  protected static Quantity bytes(long count) {
    return new Quantity(Unit.BYTE, count);
  }

  protected byte[] get(URI url) {
    try (var stream = stream(url)) {
      return stream.readAllBytes();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  protected InputStream stream(URI url) throws IOException {
    try {
      HttpResponse<InputStream> answer =
          program.send(HttpRequest.newBuilder(url).build(), BodyHandlers.ofInputStream());
      assertThat(answer.statusCode()).isEqualTo(200);
      return answer.body();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Waits, with a deadline, until something holds.
  protected static void await(BooleanSupplier holds) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!holds.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited " + PATIENCE).isLessThan(deadline);
      Thread.onSpinWait();
      java.util.concurrent.locks.LockSupport.parkNanos(2_000_000);
    }
  }

  protected static boolean isCut(InputStream stream) {
    try {
      stream.readAllBytes();
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  private IOException failure(URI url) throws InterruptedException {
    try {
      program.send(HttpRequest.newBuilder(url).build(), BodyHandlers.discarding());
      return null;
    } catch (IOException e) {
      return e;
    }
  }
}
