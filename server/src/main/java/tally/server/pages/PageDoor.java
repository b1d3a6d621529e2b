package tally.server.pages;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.stereotype.Controller;

/// A door that answers in pages. Absent, like all of them, where `tally.pages` is false.
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@WithPages
@Controller
@interface PageDoor {}
