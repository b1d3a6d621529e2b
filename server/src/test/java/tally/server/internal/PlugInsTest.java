package tally.server.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tally.money.Amount;
import tally.plugin.AdapterPlugin;

class PlugInsTest {

  @TempDir Path folder;

  @Test
  void a_strangers_jar_compiled_against_the_spi_alone_is_loaded_and_used() throws Exception {
    jar("good", plugIn("GoodPlugin", "good", "return null;"));
    try (var plugIns = new PlugIns(folder.resolve("jars"))) {
      assertThat(plugIns.faults()).isEmpty();
      var plugin = plugIns.adapters().get("good");
      assertThat(plugin).isNotNull();
      assertThat(plugin.getClass().getClassLoader())
          .isNotEqualTo(AdapterPlugin.class.getClassLoader());
      assertThat(plugin.getClass().getClassLoader().loadClass("tally.money.Amount"))
          .isSameAs(Amount.class);
      new Accounts(plugIns, Map.of(), Map.of(), Map.of()).close();
    }
  }

  @Test
  void a_plug_in_cannot_see_spring_nor_the_core_and_the_node_goes_on() throws Exception {
    for (var hidden :
        List.of(
            "org.springframework.context.ApplicationContext",
            "tally.ledger.Book",
            "org.pf4j.Plugin")) {
      var name = "Peek" + hidden.hashCode() % 1000;
      name = name.replace("-", "M");
      jar(
          name.toLowerCase(java.util.Locale.ROOT),
          plugIn(
              name + "Plugin",
              name.toLowerCase(java.util.Locale.ROOT),
              "try { return (tally.delivery.port.Adapter) Class.forName(\""
                  + hidden
                  + "\").getDeclaredConstructors()[0].newInstance(); } catch (ReflectiveOperationException e) {"
                  + " throw new NoClassDefFoundError(\""
                  + hidden
                  + "\"); }"));
    }
    jar("good", plugIn("GoodPlugin", "good", "throw new IllegalStateException(\"closed today\");"));
    try (var plugIns = new PlugIns(folder.resolve("jars"))) {
      assertThat(plugIns.adapters()).hasSize(4);
      var orders = new java.util.TreeMap<String, Accounts.Order>();
      plugIns
          .adapters()
          .keySet()
          .forEach(kind -> orders.put(kind, new Accounts.Order(kind, Map.of(), Map.of())));
      try (var accounts = new Accounts(plugIns, Map.of(), Map.of(), orders)) {
        assertThat(accounts.adapters()).isEmpty();
        assertThat(accounts.faults())
            .anyMatch(fault ->
                fault.contains(
                    "NoClassDefFoundError: org.springframework.context.ApplicationContext"))
            .anyMatch(fault -> fault.contains("NoClassDefFoundError: tally.ledger.Book"))
            .anyMatch(fault -> fault.contains("NoClassDefFoundError: org.pf4j.Plugin"))
            .anyMatch(fault -> fault.contains("closed today"));
      }
    }
  }

  @Test
  void a_jar_that_crashes_at_load_is_disabled_and_named_and_the_others_load() throws Exception {
    jar(
        "bomb",
        plugIn("BombPlugin", "bomb", "return null;")
            .replace("/*init*/", "static { if (true) throw new Error(\"bang\"); }"));
    jar("good", plugIn("GoodPlugin", "good", "return null;"));
    Files.writeString(folder.resolve("jars/junk.jar"), "not a jar");
    try (var plugIns = new PlugIns(folder.resolve("jars"))) {
      assertThat(plugIns.adapters()).containsOnlyKeys("good");
      assertThat(plugIns.faults()).hasSize(2);
      assertThat(plugIns.faults()).anyMatch(fault -> fault.startsWith("bomb.jar is disabled"));
      assertThat(plugIns.faults()).anyMatch(fault -> fault.startsWith("junk.jar is disabled"));
    }
  }

  @Test
  void a_kind_is_offered_once() throws Exception {
    jar("a", plugIn("OnePlugin", "same", "return null;"));
    jar("b", plugIn("TwoPlugin", "same", "return null;"));
    try (var plugIns = new PlugIns(folder.resolve("jars"))) {
      assertThat(plugIns.adapters()).containsOnlyKeys("same");
      assertThat(plugIns.faults()).singleElement().asString().startsWith("b.jar is disabled");
    }
  }

  private static String plugIn(String name, String kind, String open) {
    return """
    package stranger;
    public class %s implements tally.plugin.AdapterPlugin {
      /*init*/
      public String kind() { return "%s"; }
      public tally.delivery.port.Adapter open(tally.plugin.Settings settings) { %s }
    }
    """
        .formatted(name, kind, open);
  }

  private void jar(String id, String source) throws Exception {
    var name = source.replaceAll("(?s).*public class (\\w+).*", "$1");
    var classes = Files.createDirectories(folder.resolve("classes-" + id));
    var file = Files.createDirectories(folder.resolve("src-" + id)).resolve(name + ".java");
    Files.writeString(file, source);
    var spi =
        Path.of(AdapterPlugin.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    int code =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-proc:none",
                "-cp",
                spi.toString(),
                "-d",
                classes.toString(),
                file.toString());
    assertThat(code).isZero();
    pack(id, name, classes);
  }

  private void pack(String id, String name, Path classes) throws IOException {
    var manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().putValue("Plugin-Id", id);
    manifest.getMainAttributes().putValue("Plugin-Version", "1.0.0");
    var jar = Files.createDirectories(folder.resolve("jars")).resolve(id + ".jar");
    try (var out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
      out.putNextEntry(new JarEntry("stranger/" + name + ".class"));
      out.write(Files.readAllBytes(classes.resolve("stranger/" + name + ".class")));
      out.putNextEntry(new JarEntry("META-INF/services/tally.plugin.AdapterPlugin"));
      out.write(("stranger." + name).getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
  }
}
