package tally.party.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import tally.party.Look;
import tally.party.Looks;
import tally.party.Party;

/// Looks in PostgreSQL, beside the party.
final class JdbcLooks implements Looks.Store {

  private final JdbcClient jdbc;

  JdbcLooks(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public Look of(Party.Id party) {
    return jdbc.sql("select language, theme from party.party where id = :id")
        .param("id", party.value())
        .query((row, _) -> look(row))
        .optional()
        .orElse(Look.NONE);
  }

  @Override
  public void wish(Party.Id party, Look look) {
    jdbc.sql(
            """
            update party.party
               set language = coalesce(:language, language), theme = coalesce(:theme, theme)
             where id = :id
            """)
        .param("language", look.language().map(JdbcLooks::word).orElse(null))
        .param("theme", look.theme().map(JdbcLooks::word).orElse(null))
        .param("id", party.value())
        .update();
  }

  private static Look look(ResultSet row) throws SQLException {
    return new Look(
        Optional.ofNullable(row.getString("language"))
            .map(word -> Look.Language.valueOf(word.toUpperCase(Locale.ROOT))),
        Optional.ofNullable(row.getString("theme"))
            .map(word -> Look.Theme.valueOf(word.toUpperCase(Locale.ROOT))));
  }

  private static String word(Enum<?> wish) {
    return wish.name().toLowerCase(Locale.ROOT);
  }
}
