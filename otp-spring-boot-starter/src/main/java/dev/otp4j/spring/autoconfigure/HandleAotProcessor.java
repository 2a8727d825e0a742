/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.generate.GenerationContext;
import org.springframework.aot.hint.ExecutableMode;
import org.springframework.beans.factory.aot.BeanRegistrationAotContribution;
import org.springframework.beans.factory.aot.BeanRegistrationAotProcessor;
import org.springframework.beans.factory.aot.BeanRegistrationCode;
import org.springframework.beans.factory.aot.BeanRegistrationCodeFragments;
import org.springframework.beans.factory.aot.BeanRegistrationCodeFragmentsDecorator;
import org.springframework.beans.factory.support.RegisteredBean;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.ResolvableType;
import org.springframework.javapoet.CodeBlock;

/**
 * Generates the definitions of subjects and handles that {@link TreeBeansRegistrar} has registered.
 * Spring's own code for them would name the message types of the application, which need not be
 * visible outside their package or class.
 */
final class HandleAotProcessor implements BeanRegistrationAotProcessor {
    @Override
    public @Nullable BeanRegistrationAotContribution processAheadOfTime(RegisteredBean bean) {
        RootBeanDefinition definition = bean.getMergedBeanDefinition();
        if (!OtpAutoConfiguration.ADDRESSES.equals(definition.getFactoryBeanName())) return null;
        AnnotatedElement declaredBy = definition.getQualifiedElement();
        if (declaredBy == null) return null;
        return BeanRegistrationAotContribution.withCustomCodeFragments(
                original -> new Fragments(original, bean.getBeanName(), declaredBy));
    }

    private static final class Fragments extends BeanRegistrationCodeFragmentsDecorator {
        private final String bean;
        private final AnnotatedElement declaredBy;

        Fragments(
                BeanRegistrationCodeFragments original, String bean, AnnotatedElement declaredBy) {
            super(original);
            this.bean = bean;
            this.declaredBy = declaredBy;
        }

        @Override
        public CodeBlock generateNewBeanDefinitionCode(
                GenerationContext generation, ResolvableType beanType, BeanRegistrationCode code) {
            var reflection = generation.getRuntimeHints().reflection();
            if (declaredBy instanceof Method method) {
                reflection.registerMethod(method, ExecutableMode.INVOKE);
                return CodeBlock.of(
                        "$1T $2L = $3T.factory($4S, $5S, $6S);\n",
                        RootBeanDefinition.class,
                        BEAN_DEFINITION_VARIABLE,
                        PreparedHandles.class,
                        bean,
                        method.getDeclaringClass().getName(),
                        method.toString());
            }
            var actor = (Class<?>) declaredBy;
            reflection.registerType(actor);
            return CodeBlock.of(
                    "$1T $2L = $3T.subject($4S, $5S);\n",
                    RootBeanDefinition.class,
                    BEAN_DEFINITION_VARIABLE,
                    PreparedHandles.class,
                    bean,
                    actor.getName());
        }
    }
}
