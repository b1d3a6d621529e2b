package tally.server.internal;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/// How a refusal looks to a person. A node without pages has none, and answers in JSON alone.
public interface ProblemFace {

  /// Answers with a page, if it is a person's browser that asks; else false, and nothing is
  /// written.
  ///
  /// @param instance the number to quote, or the path
  boolean show(
      HttpServletRequest request,
      HttpServletResponse response,
      String code,
      String text,
      String instance)
      throws IOException;
}
