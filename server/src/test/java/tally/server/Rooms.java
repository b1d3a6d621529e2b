package tally.server;

import java.util.stream.Stream;
import org.springframework.modulith.core.ApplicationModuleDetectionStrategy;
import org.springframework.modulith.core.ApplicationModuleInformation;
import org.springframework.modulith.core.JavaPackage;
import org.springframework.modulith.core.NamedInterfaces;

/// Every package below `tally` is a room. Its root is its face, its port package is the one named
/// interface: ports lie in the spi jar, which sees no Spring and so cannot say so itself.
public final class Rooms implements ApplicationModuleDetectionStrategy {

  @Override
  public Stream<JavaPackage> getModuleBasePackages(JavaPackage house) {
    return house.getDirectSubPackages().stream();
  }

  @Override
  public NamedInterfaces detectNamedInterfaces(
      JavaPackage room, ApplicationModuleInformation information) {
    return NamedInterfaces.builder(room).matching("port").build();
  }
}
