/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.chaos;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.application.TreeNode;
import dev.otp4j.process.Pid;
import dev.otp4j.process.Processes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Profile;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** Kills the process of the tree whose path is given, as {@code /actuator/otp} shows it. */
@RestController
@Profile("chaos")
@RequestMapping("/chaos")
class ChaosController {
    private static final Logger LOG = LoggerFactory.getLogger(ChaosController.class);

    record Killed(String path, String pid) {}

    private final OtpSystem system;

    ChaosController(OtpSystem system) {
        this.system = system;
    }

    @PostMapping(path = "/kill", produces = MediaType.APPLICATION_JSON_VALUE)
    Killed kill(@RequestParam String path) {
        if (!path.startsWith("/")) {
            throw new ResponseStatusException(
                    HttpStatus.BAD_REQUEST, "'path' must begin with '/': \"" + path + "\"");
        }
        TreeNode node =
                system.find(path, 0, 0)
                        .orElseThrow(
                                () ->
                                        new ResponseStatusException(
                                                HttpStatus.NOT_FOUND,
                                                "the tree has no node at '" + path + "'"));
        Pid pid = node.pid();
        if (pid == null) {
            throw new ResponseStatusException(
                    HttpStatus.CONFLICT, "'" + path + "' has no process now");
        }
        LOG.warn("killing {} at {}", pid, path);
        Processes.kill(pid);
        return new Killed(node.path(), pid.toString());
    }
}
