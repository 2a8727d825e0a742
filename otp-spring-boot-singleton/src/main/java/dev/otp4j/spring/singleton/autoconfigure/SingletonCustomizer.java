/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.singleton.autoconfigure;

import dev.otp4j.lease.LeaseKeeper;
import dev.otp4j.lease.Singleton;
import dev.otp4j.process.Name;
import dev.otp4j.process.Vacancy;
import dev.otp4j.spring.ChildCustomizer;
import dev.otp4j.spring.TreeDeclarationException;
import dev.otp4j.spring.singleton.OnOneInstance;
import dev.otp4j.supervisor.ChildSpecification;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.convert.DurationStyle;

/** Puts the place of a singleton where an annotated child would stand. */
final class SingletonCustomizer implements ChildCustomizer {
    private final ConfigurableListableBeanFactory beans;
    private final ObjectProvider<LeaseKeeper> keepers;
    private final ObjectProvider<LeaseUse> users;

    /** Names of children to names of their leases. */
    private final Map<String, String> leases = new ConcurrentHashMap<>();

    SingletonCustomizer(
            ConfigurableListableBeanFactory beans,
            ObjectProvider<LeaseKeeper> keepers,
            ObjectProvider<LeaseUse> users) {
        this.beans = beans;
        this.keepers = keepers;
        this.users = users;
    }

    @Override
    public ChildSpecification<?> customize(DeclaredBean child) {
        OnOneInstance settings = beans.findAnnotationOnBean(child.bean(), OnOneInstance.class);
        if (settings == null) return child.specification();
        String id = child.specification().id();
        String lease = lease(settings, id);
        leases.put(id, lease);
        users.forEach(user -> user.add(lease));
        Singleton singleton =
                Singleton.of(keeper(id), lease, tenure -> child.specification())
                        .restartTolerance(intensity(settings, id), period(settings, id));
        return vacating(singleton, child.name(), child.vacancy())
                .supervised(id)
                .declaredBy(child.specification().declaredBy().orElse(null));
    }

    private static Singleton vacating(
            Singleton singleton, @Nullable Name<?> name, @Nullable Vacancy vacancy) {
        return name == null || vacancy == null ? singleton : singleton.vacating(name, vacancy);
    }

    private LeaseKeeper keeper(String child) {
        LeaseKeeper keeper = keepers.getIfAvailable();
        if (keeper != null) return keeper;
        throw new TreeDeclarationException(
                "The child '%s' is annotated with @OnOneInstance, but there is no LeaseKeeper: the context has neither a LeaseStore nor a DataSource that Boot has configured."
                        .formatted(child),
                "Set spring.datasource.url, or define a bean of LeaseStore.");
    }

    private String lease(OnOneInstance settings, String child) {
        String given = beans.resolveEmbeddedValue(settings.lease());
        return given == null || given.isEmpty() ? child : given;
    }

    private static int intensity(OnOneInstance settings, String child) {
        if (settings.intensity() >= 0) return settings.intensity();
        throw new TreeDeclarationException(
                "The attribute 'intensity' of @OnOneInstance of '%s' must not be negative: %d."
                        .formatted(child, settings.intensity()),
                "Set 'intensity' to the number of restarts that are tolerated within 'period'; 0 tolerates none.");
    }

    private static Duration period(OnOneInstance settings, String child) {
        try {
            Duration period = DurationStyle.detectAndParse(settings.period());
            if (period.isPositive()) return period;
        } catch (IllegalArgumentException noDuration) {
            // the same answer
        }
        throw new TreeDeclarationException(
                "The attribute 'period' of @OnOneInstance of '%s' must be a positive duration: '%s'."
                        .formatted(child, settings.period()),
                "Set 'period' to a duration such as 5s.");
    }

    /** On an instance without the lease, senders are told where the child runs. */
    @Override
    public Optional<Vacancy> vacancy(String child) {
        String lease = leases.get(child);
        LeaseKeeper keeper = lease == null ? null : keepers.getIfAvailable();
        if (lease == null || keeper == null) return Optional.empty();
        return keeper.whyNotHere(lease).map(Vacancy::failing);
    }
}
