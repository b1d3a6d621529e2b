package tally;

/// How the database comes to its plans.
public final class Plans {

  /// Until the end of the open database transaction, each statement goes by one plan for whatever
  /// parameters. PostgreSQL plans a statement over arrays anew each time, since a plan for just
  /// these few values looks cheaper; to make it costs more than to carry it out. Not for statements
  /// whose limit is a parameter: such a plan expects a tenth of the table.
  public static final String MADE_ONCE = "set local plan_cache_mode = force_generic_plan";

  private Plans() {}
}
