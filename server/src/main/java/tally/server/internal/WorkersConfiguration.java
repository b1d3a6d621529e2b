package tally.server.internal;

import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.ApplicationRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import tally.Worker;
import tally.party.Parties;

/// What goes on by itself: the workers of every room, and the first start.
@Configuration(proxyBeanMethods = false)
class WorkersConfiguration {

  @Bean
  Workers workers(ObjectProvider<Worker> workers, Roles roles, MeterRegistry meters) {
    var ours = workers.orderedStream().filter(worker -> roles.runs(worker.name())).toList();
    return new Workers(ours, meters);
  }

  @Bean
  ApplicationRunner firstStart(Parties parties, Environment environment) {
    var file = Path.of(environment.getProperty("tally.data", "data")).resolve("sign-in-link");
    return _ ->
        new FirstStart(parties, file, new SecureRandom())
            .run("http://127.0.0.1:" + environment.getProperty("local.server.port", "7070"));
  }
}
