/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.cases.inneractor;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.SupervisedActor;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Has an inner actor class, which needs an instance of this class. */
@SpringBootApplication
public class InnerActorApplication {
    @SupervisedActor
    class InnerGreeter implements Actor<Integer, String> {
        @Override
        public Integer init(Subject<String> self) {
            return 0;
        }

        @Override
        public Next<Integer, String> onMessage(Integer state, String message) {
            return Next.continueWith(state);
        }
    }
}
