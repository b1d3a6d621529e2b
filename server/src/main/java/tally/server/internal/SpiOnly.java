package tally.server.internal;

import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a plug-in may see of a node: the JDK, and the packages of the spi. No Spring, no room, no
/// driver.
final class SpiOnly extends ClassLoader {

  private static final Pattern SHOWN =
      Pattern.compile(
          "tally\\.(money|x402|plugin)\\.[^.]+"
              + "|tally\\.[a-z]+\\.port\\.[^.]+"
              + "|tools\\.jackson\\..+"
              + "|com\\.fasterxml\\.jackson\\.annotation\\.[^.]+"
              + "|org\\.jspecify\\.annotations\\.[^.]+");

  private final ClassLoader house;

  SpiOnly(ClassLoader house) {
    super("spi-only", ClassLoader.getPlatformClassLoader());
    this.house = house;
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    if (!SHOWN.matcher(name).matches()) {
      throw new ClassNotFoundException(name + " is not shown to plug-ins");
    }
    return house.loadClass(name);
  }

  @Override
  public @Nullable URL getResource(String name) {
    return null;
  }

  @Override
  public Enumeration<URL> getResources(String name) {
    return Collections.emptyEnumeration();
  }
}
