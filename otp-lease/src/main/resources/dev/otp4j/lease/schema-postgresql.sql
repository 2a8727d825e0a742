CREATE TABLE IF NOT EXISTS otp_lease (
    name VARCHAR(200) NOT NULL PRIMARY KEY,
    token BIGINT NOT NULL,
    beat BIGINT NOT NULL,
    owner VARCHAR(200),
    hold_millis BIGINT NOT NULL,
    give_ups INTEGER NOT NULL
);
