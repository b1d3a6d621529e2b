package tally.server.internal;

import jakarta.servlet.DispatcherType;
import java.util.Locale;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;
import tally.party.Parties;
import tally.party.Party;

/// Who may come in: stateless, by the route table, denied by default.
@Configuration(proxyBeanMethods = false)
class SignIn {

  private static final String CONTENT_POLICY =
      "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self';"
          + " style-src-attr 'unsafe-inline'; img-src 'self';"
          + " form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

  @Bean
  SecurityFilterChain doors(
      HttpSecurity http, Parties parties, ProblemWriter problems, Routes routes) throws Exception {
    return http.csrf(AbstractHttpConfigurer::disable)
        .formLogin(AbstractHttpConfigurer::disable)
        .httpBasic(AbstractHttpConfigurer::disable)
        .logout(AbstractHttpConfigurer::disable)
        .requestCache(AbstractHttpConfigurer::disable)
        .sessionManagement(
            session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
        .headers(headers ->
            headers
                .contentSecurityPolicy(policy -> policy.policyDirectives(CONTENT_POLICY))
                .referrerPolicy(policy -> policy.policy(ReferrerPolicy.NO_REFERRER))
                .frameOptions(frames -> frames.deny()))
        .addFilterBefore(new Sessions(parties, problems), AuthorizationFilter.class)
        .authorizeHttpRequests(rules -> {
          // Both are second passes of a request that was let in.
          rules.dispatcherTypeMatchers(DispatcherType.ERROR, DispatcherType.ASYNC).permitAll();
          for (var route : routes.all()) {
            var door = rules.requestMatchers(route.method(), route.pattern());
            switch (route.access()) {
              case ANYONE -> door.permitAll();
              case SIGNED_IN -> door.authenticated();
              case OPERATOR -> door.hasAuthority(authority(Party.Role.OPERATOR));
            }
          }
          rules.anyRequest().denyAll();
        })
        .exceptionHandling(handling ->
            handling
                .authenticationEntryPoint((request, response, fault) ->
                    problems.write(request, response, "sign_in_needed", "Sign in first."))
                .accessDeniedHandler((request, response, fault) ->
                    problems.write(
                        request, response, "not_allowed", "Only an operator may do this.")))
        .build();
  }

  /// Each request is measured once, as a whole: to measure every filter costs as much as they do.
  @Bean
  SecurityObservationSettings unobserved() {
    return SecurityObservationSettings.noObservations();
  }

  /// The walls stand before everything, also before the filters of security.
  @Bean
  FilterRegistrationBean<Walls> wallsFirst(Walls walls) {
    var registration = new FilterRegistrationBean<>(walls);
    registration.setOrder(Integer.MIN_VALUE + 10);
    registration.setDispatcherTypes(DispatcherType.REQUEST);
    return registration;
  }

  static String authority(Party.Role role) {
    return "ROLE_" + role.name().toUpperCase(Locale.ROOT);
  }
}
