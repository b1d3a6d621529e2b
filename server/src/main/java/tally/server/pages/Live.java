package tally.server.pages;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import tally.server.internal.Refused;

/// Sends a part of a page anew whenever it looks different, at most once a second.
@Component
@WithPages
final class Live implements SmartLifecycle {

  private static final Logger LOG = LoggerFactory.getLogger(Live.class);
  static final int LISTENERS_MAX = 200;

  /// Then the browser comes again, and its session is looked at again.
  private static final Duration LIFE = Duration.ofMinutes(10);

  private final Set<Listener> listeners = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService clock =
      Executors.newScheduledThreadPool(4, Thread.ofVirtual().name("live-", 0).factory());

  /// A part of a page as it now is.
  ///
  /// @param last whether it will not change any more
  record Part(String html, boolean last) {}

  /// Refuses with `unavailable` where too many listen.
  SseEmitter send(Supplier<Part> part) {
    if (listeners.size() >= LISTENERS_MAX) {
      throw new Refused("unavailable", "Too many pages are watched now.");
    }
    var emitter = new SseEmitter(LIFE.toMillis());
    var listener = new Listener(emitter, part);
    emitter.onTimeout(emitter::complete);
    emitter.onCompletion(listener::end);
    listeners.add(listener);
    listener.begin();
    return emitter;
  }

  private final class Listener {
    private final SseEmitter emitter;
    private final Supplier<Part> part;
    private String sent = "";
    private @Nullable Future<?> task;

    Listener(SseEmitter emitter, Supplier<Part> part) {
      this.emitter = emitter;
      this.part = part;
    }

    synchronized void begin() {
      task = clock.scheduleWithFixedDelay(this::look, 0, 1, TimeUnit.SECONDS);
    }

    private void look() {
      try {
        var now = part.get();
        if (!now.html().equals(sent)) {
          emitter.send(SseEmitter.event().name("part").data(now.html()));
          sent = now.html();
        }
        if (now.last()) {
          emitter.send(SseEmitter.event().name("last").data(""));
          emitter.complete();
        }
      } catch (IOException | IllegalStateException gone) {
        end();
      } catch (RuntimeException fault) {
        LOG.warn("a watched page could not be shown", fault);
        emitter.complete();
      }
    }

    synchronized void end() {
      listeners.remove(this);
      if (task != null) {
        task.cancel(false);
      }
    }
  }

  @Override
  public void start() {
    // Listeners come by themselves.
  }

  /// Lets everybody go, so that the node need not wait for them to leave.
  @Override
  public void stop() {
    clock.shutdownNow();
    listeners.forEach(listener -> listener.emitter.complete());
  }

  @Override
  public boolean isRunning() {
    return !clock.isShutdown();
  }

  /// Stopped before the web server, which waits for open answers.
  @Override
  public int getPhase() {
    return Integer.MAX_VALUE;
  }
}
