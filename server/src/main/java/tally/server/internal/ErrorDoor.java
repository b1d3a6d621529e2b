package tally.server.internal;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;

/// What the servlet container could not bring to a door.
@Controller
class ErrorDoor implements ErrorController {

  @RequestMapping("/error")
  ResponseEntity<ProblemDetail> error(HttpServletRequest request) {
    int status =
        request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer code
            ? code
            : 500;
    var problem =
        switch (status) {
          case 401 -> Problems.of("sign_in_needed", "Sign in first.", "/");
          case 403 -> Problems.of("not_allowed", "This is not yours to do.", "/");
          case 404 -> Problems.of("not_found", "There is nothing here.", "/");
          case 413 -> Problems.of("body_too_large", "The body is too large.", "/");
          default ->
              status < 500
                  ? Problems.of("request_malformed", "The request could not be read.", "/")
                  : Problems.of("internal_fault", "A fault of ours.", "/");
        };
    return ResponseEntity.status(problem.getStatus())
        .contentType(MediaType.APPLICATION_PROBLEM_JSON)
        .body(problem);
  }
}
