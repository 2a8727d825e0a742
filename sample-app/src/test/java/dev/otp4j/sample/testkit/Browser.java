/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.NotFoundException;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A Chromium without a window, and what the tests do with it. */
public final class Browser implements AutoCloseable {
    private static final String ABSENT =
            "no browser here, install the packages chromium and chromium-driver";

    private static final boolean REQUIRED = "1".equals(System.getenv("OTP4J_CI"));
    private static final AtomicBoolean SAID = new AtomicBoolean();
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");
    private static final Pattern SENT =
            Pattern.compile(
                    "\"Network\\.requestWillBeSent\".*?\"request\":\\{.*?\"url\":\"([^\"]+)\"");

    private static final Duration POLL = Duration.ofMillis(50);

    private final ChromeDriver driver;
    private String page = "";

    private Browser(ChromeDriver driver) {
        this.driver = driver;
    }

    private static Optional<Path> found(String... places) {
        return Stream.of(places).map(Path::of).filter(Files::isExecutable).findFirst();
    }

    /**
     * Skips the tests of pages where there is no browser, unless {@code OTP4J_CI=1} is in the
     * environment.
     */
    public static ConditionEvaluationResult condition() {
        boolean there = chromium().isPresent() && driver().isPresent();
        if (there || REQUIRED) return ConditionEvaluationResult.enabled("there is a browser");
        if (!SAID.getAndSet(true)) System.out.println("Pages are not tested: " + ABSENT);
        return ConditionEvaluationResult.disabled(ABSENT);
    }

    private static Optional<Path> chromium() {
        return found("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome");
    }

    private static Optional<Path> driver() {
        return found("/usr/bin/chromedriver", "/usr/lib/chromium/chromedriver");
    }

    private static Path required(Optional<Path> place) {
        return place.orElseThrow(() -> new IllegalStateException(ABSENT));
    }

    /** Selenium looks for no browser or driver of its own. */
    public static Browser start() {
        var options = new ChromeOptions();
        options.setBinary(required(chromium()).toFile());
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-dev-shm-usage",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-component-update",
                "--no-first-run",
                "--window-size=1280,860");
        var logs = new LoggingPreferences();
        logs.enable(LogType.PERFORMANCE, Level.ALL);
        logs.enable(LogType.BROWSER, Level.ALL);
        options.setCapability("goog:loggingPrefs", logs);
        options.setExperimentalOption("perfLoggingPrefs", Map.of("enablePage", false));
        var service =
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(required(driver()).toFile())
                        .build();
        var driver = new ChromeDriver(service, options);
        // the page refreshes each second, as if that had been chosen
        driver.executeCdpCommand(
                "Page.addScriptToEvaluateOnNewDocument",
                Map.of(
                        "source",
                        "if (location.protocol === 'http:') sessionStorage.setItem('otp.interval', '1000')"));
        return new Browser(driver);
    }

    // ---- where it is

    /** Opens the page anew. */
    public void open(String address) {
        page = address;
        leave(); // first: a change of the part after '#' alone loads nothing
        driver.get(address);
    }

    /** Shows an empty document. */
    public void leave() {
        driver.get("about:blank");
    }

    /** Shows another view of the page that is open. */
    public void view(String hash) {
        script("location.hash = arguments[0]", hash);
        // not at once: the view of before may still be there
        awaiting()
                .pollDelay(POLL)
                .untilAsserted(() -> assertThat(text("#view")).doesNotContain("Loading"));
    }

    /** All elements of the page with their attributes and texts. */
    public String pageSource() {
        return script("return document.documentElement.outerHTML");
    }

    public String address() {
        return driver.getCurrentUrl();
    }

    // ---- what it shows

    public String text(String css) {
        return driver.findElement(By.cssSelector(css)).getText();
    }

    public List<WebElement> all(String css) {
        return driver.findElements(By.cssSelector(css));
    }

    public WebElement one(String css) {
        List<WebElement> found = all(css);
        assertThat(found).as("elements like '%s' in %s", css, page).hasSize(1);
        return found.getFirst();
    }

    @SuppressWarnings("unchecked")
    public <T> T script(String script, Object... arguments) {
        return (T) driver.executeScript(script, arguments);
    }

    @SuppressWarnings("unchecked")
    public <T> T asyncScript(String script, Object... arguments) {
        return (T) driver.executeAsyncScript(script, arguments);
    }

    /** The page changes while it is read; then it is read again. */
    public void eventually(ThrowingRunnable assertion) {
        awaiting().untilAsserted(assertion);
    }

    private static ConditionFactory awaiting() {
        return Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .pollDelay(Duration.ZERO)
                .pollInterval(POLL)
                .ignoreExceptionsMatching(
                        e ->
                                e instanceof NotFoundException
                                        || e instanceof StaleElementReferenceException);
    }

    public void showsEventually(String css, String... texts) {
        eventually(() -> assertThat(text(css)).contains(texts));
    }

    /** Clicks the element once it is there. */
    public void click(String css) {
        eventually(() -> one(css).click());
    }

    /** Replaces the text of a field. */
    public void fill(String css, String text) {
        WebElement field = one(css);
        field.clear();
        field.sendKeys(text);
    }

    /** Chooses an option of a list by its value. */
    public void choose(String css, String value) {
        one(css + " option[value='" + value + "']").click();
    }

    public void press(CharSequence... keys) {
        driver.switchTo().activeElement().sendKeys(keys);
    }

    public void tab() {
        new Actions(driver).sendKeys(Keys.TAB).perform();
    }

    /** Text of the element that has the focus. */
    public String focused() {
        return script("return (document.activeElement.innerText || document.activeElement.id)");
    }

    // ---- how it shows it

    public void size(int width, int height) {
        command(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    }

    public void scheme(String light) {
        command(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(Map.of("name", "prefers-color-scheme", "value", light))));
    }

    /** Cuts the connections of the page, or lets them be again. */
    public void offline(boolean cut) {
        command("Network.enable", Map.of());
        command(
                "Network.emulateNetworkConditions",
                Map.of(
                        "offline",
                        cut,
                        "latency",
                        0,
                        "downloadThroughput",
                        -1,
                        "uploadThroughput",
                        -1));
    }

    public void usual() {
        size(1280, 860);
        scheme("light");
    }

    private void command(String name, Map<String, Object> parameters) {
        driver.executeCdpCommand(name, parameters);
    }

    /** A picture in {@code target/screenshots}. */
    public void picture(String name) {
        try {
            Files.createDirectories(SCREENSHOTS);
            byte[] png = driver.getScreenshotAs(OutputType.BYTES);
            Files.write(SCREENSHOTS.resolve(name + ".png"), png);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ---- what it asked for, and what went wrong

    /** Addresses of all requests since the last time this was asked. */
    public List<String> requests() {
        return driver.manage().logs().get(LogType.PERFORMANCE).getAll().stream()
                .map(entry -> SENT.matcher(entry.getMessage()))
                .filter(Matcher::find)
                .map(sent -> sent.group(1))
                .filter(address -> !address.startsWith("data:") && !address.startsWith("about:"))
                .toList();
    }

    /** Errors in the console since the last time this was asked. */
    public List<String> errors() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .map(entry -> entry.getMessage())
                .toList();
    }

    @Override
    public void close() {
        driver.quit();
    }
}
