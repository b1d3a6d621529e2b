package tally.server.internal;

import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.jsonPath;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import java.sql.SQLException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tally.ledger.Book;

/// What a caller is told whom the book did not answer.
class ProblemAdviceTest {

  @RestController
  static class Door {
    @PostMapping("/ask")
    void ask(@RequestParam("fault") String fault) {
      throw switch (fault) {
        case "busy" -> new Book.Busy("1000 calls wait already");
        case "unknown" -> new Book.OutcomeUnknown(new SQLException("the connection broke"));
        default -> new IllegalStateException(fault);
      };
    }
  }

  @ParameterizedTest
  @CsvSource({
    "busy, 503, ledger_busy",
    "unknown, 503, outcome_unknown",
    "bug, 500, internal_fault"
  })
  void a_book_that_is_busy_or_was_lost_on_the_way_is_no_fault_of_ours(
      String fault, int status, String code) throws Exception {
    MockMvcBuilders.standaloneSetup(new Door())
        .setControllerAdvice(new ProblemAdvice())
        .build()
        .perform(post("/ask").param("fault", fault))
        .andExpect(status().is(status))
        .andExpect(jsonPath("$.code").value(code));
  }
}
