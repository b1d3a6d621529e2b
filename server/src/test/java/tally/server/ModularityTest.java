package tally.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.modulith.core.ApplicationModules;

/// The walls of the house: floors, and who may see Spring and JDBC.
class ModularityTest {

  private static final JavaClasses HOUSE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .withImportOption(location -> !location.contains("-tests.jar"))
          // Plug-ins are loaded from jars, see the spi alone, and bring libraries of their own.
          .withImportOption(location -> !location.contains("network-evm"))
          .importPackages("tally");

  private static final List<List<String>> FLOORS =
      List.of(
          List.of("money", "x402"),
          List.of("ledger", "party", "custody", "metering"),
          List.of("network", "payment", "delivery"),
          List.of("escrow", "treasury", "compute", "market"),
          List.of("flow"),
          List.of("server"));

  @Test
  void rooms_know_each_other_only_as_their_package_infos_allow() {
    ApplicationModules.of(
            "tally",
            areIn("tally.gateway..", "tally.adapter..", "tally.network.evm..", "..fake..")
                .or(areTests()))
        .verify();
  }

  /// The rooms' own tests, which this module has on its class path as a jar.
  private static DescribedPredicate<JavaClass> areTests() {
    return DescribedPredicate.describe(
        "tests",
        type ->
            type.getSource()
                .map(source -> source.getUri().toString())
                .filter(uri -> uri.contains("-tests.jar") || uri.contains("/test-classes/"))
                .isPresent());
  }

  @Test
  void no_arrow_points_up() {
    for (int low = 0; low < FLOORS.size(); low++) {
      var above =
          FLOORS.stream().skip(low + 1L).flatMap(List::stream).map(room -> "tally." + room + "..");
      noClasses()
          .that()
          .resideInAnyPackage(packages(FLOORS.get(low)))
          .and(areNoPorts())
          .should()
          .dependOnClassesThat(areIn(above.toArray(String[]::new)).and(areNoPorts()))
          .allowEmptyShould(true)
          .check(HOUSE);
    }
  }

  @Test
  void no_spring_and_no_jdbc_outside_internal() {
    noClasses()
        .that()
        .resideInAPackage("tally..")
        .and()
        .resideOutsideOfPackages("tally..internal..", "tally.server..")
        .and()
        .doNotHaveSimpleName("package-info")
        .and()
        .doNotHaveFullyQualifiedName("tally.Schemas")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.springframework..", "java.sql..", "javax.sql..")
        .check(HOUSE);
  }

  @Test
  void the_inside_of_a_room_is_its_own() {
    for (var room : FLOORS.stream().flatMap(List::stream).toList()) {
      noClasses()
          .that()
          .resideOutsideOfPackage("tally." + room + "..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("tally." + room + ".internal..")
          .allowEmptyShould(true)
          .check(HOUSE);
    }
  }

  @Test
  void the_spi_sees_no_room() {
    noClasses()
        .that()
        .resideInAnyPackage("tally.money..", "tally.x402..", "tally.plugin..", "tally..port..")
        .should()
        .dependOnClassesThat(
            areIn("tally..")
                .and(areNoPorts())
                .and(
                    DescribedPredicate.not(
                        areIn("tally.money..", "tally.x402..", "tally.plugin.."))))
        .check(HOUSE);
  }

  private static String[] packages(List<String> rooms) {
    return rooms.stream().map(room -> "tally." + room + "..").toArray(String[]::new);
  }

  private static DescribedPredicate<JavaClass> areIn(String... packages) {
    return JavaClass.Predicates.resideInAnyPackage(packages);
  }

  private static DescribedPredicate<JavaClass> areNoPorts() {
    return DescribedPredicate.not(areIn("tally..port.."));
  }
}
