package tally.server.internal;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;

/// What the servlet container could not bring to a door.
@Controller
class ErrorDoor implements ErrorController {

  private final ProblemWriter problems;

  ErrorDoor(ProblemWriter problems) {
    this.problems = problems;
  }

  @RequestMapping("/error")
  void error(HttpServletRequest request, HttpServletResponse response) throws IOException {
    int status =
        request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer code
            ? code
            : 500;
    switch (status) {
      case 401 -> problems.write(request, response, "sign_in_needed", "Sign in first.");
      case 403 -> problems.write(request, response, "not_allowed", "This is not yours to do.");
      case 404 -> problems.write(request, response, "not_found", "There is nothing here.");
      case 413 -> problems.write(request, response, "body_too_large", "The body is too large.");
      default -> {
        if (status < 500) {
          problems.write(request, response, "request_malformed", "The request could not be read.");
        } else {
          problems.write(request, response, "internal_fault", "A fault of ours.");
        }
      }
    }
  }
}
