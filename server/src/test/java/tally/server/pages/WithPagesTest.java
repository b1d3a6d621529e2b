package tally.server.pages;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.context.annotation.ClassPathBeanDefinitionScanner;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

class WithPagesTest {

  @Test
  void a_node_has_pages_unless_it_is_told_not_to() {
    assertThat(found("true")).contains("shelf", "pages", "live", "moneyPages", "faultPages");
    assertThat(found("false")).isEmpty();
  }

  private static String[] found(String pages) {
    var environment = new StandardEnvironment();
    environment
        .getPropertySources()
        .addFirst(new MapPropertySource("test", java.util.Map.of("tally.pages", pages)));
    var beans = new DefaultListableBeanFactory();
    var scanner = new ClassPathBeanDefinitionScanner(beans, true, environment);
    scanner.setIncludeAnnotationConfig(false);
    scanner.scan("tally.server.pages");
    return beans.getBeanDefinitionNames();
  }
}
