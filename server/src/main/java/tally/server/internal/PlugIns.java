package tally.server.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Function;
import org.pf4j.ClassLoadingStrategy;
import org.pf4j.JarPluginLoader;
import org.pf4j.JarPluginManager;
import org.pf4j.ManifestPluginDescriptorFinder;
import org.pf4j.Plugin;
import org.pf4j.PluginClassLoader;
import org.pf4j.PluginDescriptor;
import org.pf4j.PluginDescriptorFinder;
import org.pf4j.PluginFactory;
import org.pf4j.PluginLoader;
import org.pf4j.PluginWrapper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tally.plugin.AdapterPlugin;
import tally.plugin.GatewayPlugin;
import tally.plugin.NetworkPlugin;

/// The plug-in jars of one folder, ours and strangers' alike. Each has its own class loader, which
/// shows it the spi and nothing else of the node.
///
/// A jar that cannot be loaded, or whose plug-in crashes, is disabled and named in `faults`; the
/// node goes on without it.
public final class PlugIns implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PlugIns.class);
  private static final int JARS_MAX = 100;

  private final Jars jars = new Jars();
  private final Map<String, GatewayPlugin> gateways = new LinkedHashMap<>();
  private final Map<String, NetworkPlugin> networks = new LinkedHashMap<>();
  private final Map<String, AdapterPlugin> adapters = new LinkedHashMap<>();
  private final List<String> faults = new ArrayList<>();

  /// Loads every jar of the folder; a folder that does not exist has none.
  public PlugIns(Path folder) {
    for (var jar : list(folder)) {
      load(jar);
    }
  }

  public Map<String, GatewayPlugin> gateways() {
    return Map.copyOf(gateways);
  }

  public Map<String, NetworkPlugin> networks() {
    return Map.copyOf(networks);
  }

  public Map<String, AdapterPlugin> adapters() {
    return Map.copyOf(adapters);
  }

  /// One sentence for each jar that was disabled, beginning with the jar's name.
  public List<String> faults() {
    return List.copyOf(faults);
  }

  @Override
  public void close() {
    jars.stopPlugins();
    jars.unloadPlugins();
  }

  // A stranger's jar may throw anything, also an Error; none of it may stop the node.
  @SuppressWarnings("CatchAndPrintStackTrace")
  private void load(Path jar) {
    String id = null;
    try {
      id = jars.loadPlugin(jar);
      if (id == null) {
        throw new IllegalStateException("no Plugin-Id in its manifest");
      }
      take(jars.getPlugin(id).getPluginClassLoader());
    } catch (Throwable fault) {
      if (fault instanceof VirtualMachineError fatal && !(fault instanceof StackOverflowError)) {
        throw fatal;
      }
      faults.add(jar.getFileName() + " is disabled: " + fault);
      LOG.error("plug-in {} is disabled", jar.getFileName(), fault);
      Optional.ofNullable(id).ifPresent(jars::unloadPlugin);
    }
  }

  /// All that a jar offers, or nothing of it.
  private void take(ClassLoader loader) {
    var ownGateways = find(GatewayPlugin.class, loader, GatewayPlugin::kind, gateways);
    var ownNetworks = find(NetworkPlugin.class, loader, NetworkPlugin::kind, networks);
    var ownAdapters = find(AdapterPlugin.class, loader, AdapterPlugin::kind, adapters);
    if (ownGateways.isEmpty() && ownNetworks.isEmpty() && ownAdapters.isEmpty()) {
      throw new IllegalStateException("it offers no plug-in in META-INF/services");
    }
    gateways.putAll(ownGateways);
    networks.putAll(ownNetworks);
    adapters.putAll(ownAdapters);
  }

  private static <T> Map<String, T> find(
      Class<T> type, ClassLoader loader, Function<T, String> kind, Map<String, T> known) {
    var found = new LinkedHashMap<String, T>();
    for (var plugin : ServiceLoader.load(type, loader)) {
      var word = kind.apply(plugin);
      if (known.containsKey(word) || found.putIfAbsent(word, plugin) != null) {
        throw new IllegalStateException("another plug-in is of the kind " + word + " already");
      }
    }
    return found;
  }

  private static List<Path> list(Path folder) {
    if (!Files.isDirectory(folder)) {
      LOG.warn("there is no plug-in folder {}", folder);
      return List.of();
    }
    try (var files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".jar"))
          .sorted()
          .limit(JARS_MAX)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// PF4J, told to give each jar a loader above which stands `SpiOnly`, and to make no PF4J object
  /// of the jar's own.
  private static final class Jars extends JarPluginManager {

    @Override
    protected PluginLoader createPluginLoader() {
      return new JarPluginLoader(this) {
        @Override
        public ClassLoader loadPlugin(Path jar, PluginDescriptor descriptor) {
          var shown = new SpiOnly(PlugIns.class.getClassLoader());
          var loader =
              new PluginClassLoader(pluginManager, descriptor, shown, ClassLoadingStrategy.APD);
          loader.addFile(jar.toFile());
          return loader;
        }
      };
    }

    @Override
    protected PluginDescriptorFinder createPluginDescriptorFinder() {
      return new ManifestPluginDescriptorFinder();
    }

    @Override
    protected PluginFactory createPluginFactory() {
      return (PluginWrapper wrapper) -> new Plugin();
    }
  }
}
