package tally.treasury.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretFileTest {

  @TempDir Path folder;

  @Test
  void of_many_that_ask_at_once_all_read_the_same_secret_which_only_the_owner_may()
      throws Exception {
    var path = folder.resolve("data").resolve("treasury.secret");
    var asks = new ArrayList<Callable<byte[]>>();
    for (int i = 0; i < 16; i++) {
      var chance = new SplittableRandom(i);
      asks.add(() -> new SecretFile(path).read(chance));
    }
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var secret : threads.invokeAll(asks)) {
        assertThat(secret.get()).isEqualTo(Files.readAllBytes(path)).hasSize(32);
      }
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
        .isEqualTo("rw-------");
    try (var left = Files.list(path.getParent())) {
      assertThat(left).containsExactly(path);
    }
  }

  @Test
  void a_damaged_secret_is_not_replaced() throws Exception {
    var path = Files.write(folder.resolve("treasury.secret"), new byte[31]);
    assertThatThrownBy(() -> new SecretFile(path).read(new SplittableRandom(1)))
        .isInstanceOf(IllegalStateException.class);
    assertThat(Files.size(path)).isEqualTo(31);
  }
}
