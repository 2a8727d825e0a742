/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.spring.SupervisedActor;
import dev.otp4j.spring.TreeDeclarationException;
import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.core.type.classreading.MetadataReaderFactory;
import org.springframework.core.type.filter.AnnotationTypeFilter;

/**
 * Finds classes that are annotated with {@link SupervisedActor} but silently skipped by component
 * scans: abstract and inner classes. Searches the packages that the application's scans search,
 * with the same cache of class files.
 */
final class SkippedActors extends ClassPathScanningCandidateComponentProvider {
    private static final String SHARED_CACHE =
            "org.springframework.boot.autoconfigure.internalCachingMetadataReaderFactory";

    private final Environment environment;

    SkippedActors(
            ConfigurableListableBeanFactory beans, Environment environment, ResourceLoader loader) {
        super(false, environment);
        this.environment = environment;
        setResourceLoader(loader);
        if (beans.containsBean(SHARED_CACHE)) {
            setMetadataReaderFactory(beans.getBean(SHARED_CACHE, MetadataReaderFactory.class));
        }
        addIncludeFilter(new AnnotationTypeFilter(SupervisedActor.class));
    }

    /** Accepts the classes that the application's scan does not accept. */
    @Override
    protected boolean isCandidateComponent(AnnotatedBeanDefinition found) {
        return !found.getMetadata().isAnnotation() && !super.isCandidateComponent(found);
    }

    void refuse(ConfigurableListableBeanFactory beans) {
        for (String scanned : ScannedPackages.of(beans, environment)) {
            for (BeanDefinition skipped : findCandidateComponents(scanned)) {
                throw refused(((AnnotatedBeanDefinition) skipped).getMetadata());
            }
        }
    }

    private static TreeDeclarationException refused(AnnotationMetadata type) {
        return type.isIndependent()
                ? isAbstract(type.getClassName())
                : isInner(type.getClassName());
    }

    static TreeDeclarationException isAbstract(String type) {
        return new TreeDeclarationException(
                "%s is annotated with @SupervisedActor, but it is abstract, so no actor can be created from it."
                        .formatted(type),
                "Move the annotation to a class that is not abstract.");
    }

    static TreeDeclarationException isInner(String type) {
        return new TreeDeclarationException(
                "%s is annotated with @SupervisedActor, but it is an inner class, so no actor can be created from it without an instance of the enclosing class."
                        .formatted(type),
                "Make the class static, or move it to a file of its own.");
    }
}
