/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.singleton.autoconfigure;

import dev.otp4j.lease.JdbcLeaseStore;
import dev.otp4j.lease.LeaseKeeper;
import dev.otp4j.lease.LeaseStore;
import dev.otp4j.lease.Tenure;
import dev.otp4j.spring.autoconfigure.OtpAutoConfiguration;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.DataSourceBuilder;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Scope;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;

/**
 * Auto-configuration of children that run on one instance: a {@link LeaseKeeper} with a {@link
 * LeaseStore} in the application's database, over connections that are not of its pool.
 *
 * @since 0.1.0
 */
@AutoConfiguration(before = OtpAutoConfiguration.class, after = DataSourceAutoConfiguration.class)
@EnableConfigurationProperties({LeaseProperties.class, LeaseJdbcProperties.class})
public final class SingletonAutoConfiguration {
    SingletonAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnBean(JdbcConnectionDetails.class)
    LeaseStore otpLeaseStore(JdbcConnectionDetails details, ConfigurableBeanFactory beans) {
        SimpleDriverDataSource unpooled =
                DataSourceBuilder.create(beans.getBeanClassLoader())
                        .type(SimpleDriverDataSource.class)
                        .driverClassName(details.getDriverClassName())
                        .url(details.getJdbcUrl())
                        .username(details.getUsername())
                        .password(details.getPassword())
                        .build();
        return JdbcLeaseStore.of(unpooled::getConnection);
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnBean({DataSource.class, JdbcConnectionDetails.class})
    LeaseSchemaInitializer otpLeaseSchemaInitializer(
            DataSource dataSource, LeaseJdbcProperties properties) {
        return new LeaseSchemaInitializer(dataSource, properties);
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnBean(LeaseStore.class)
    LeaseKeeper otpLeaseKeeper(LeaseStore store, LeaseProperties properties) {
        properties.check();
        LeaseKeeper.Builder builder = LeaseKeeper.builder(store).ttl(properties.ttl());
        if (properties.margin() != null) builder.margin(properties.margin());
        if (properties.pollInterval() != null) builder.pollInterval(properties.pollInterval());
        if (properties.instance() != null) builder.instance(properties.instance());
        return builder.build();
    }

    @Bean
    SingletonCustomizer otpSingletonCustomizer(
            ConfigurableListableBeanFactory beans,
            ObjectProvider<LeaseKeeper> keepers,
            ObjectProvider<LeaseUse> users) {
        return new SingletonCustomizer(beans, keepers, users);
    }

    /** The tenure of the process that asks for it, such as that of an actor that is created. */
    @Bean
    @Scope(ConfigurableBeanFactory.SCOPE_PROTOTYPE)
    Tenure otpTenure() {
        return Tenure.current()
                .orElseThrow(
                        () ->
                                new IllegalStateException(
                                        "there is no tenure here: a Tenure can be injected only into an actor with @OnOneInstance"));
    }
}
