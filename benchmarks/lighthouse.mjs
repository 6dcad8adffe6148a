// Asks Lighthouse about pages on its slow phone: node lighthouse.mjs ORIGIN CHROMIUM COOKIES PAGE ... ; a line of JSON for each.
import lighthouse from "lighthouse";
import { launch } from "chrome-launcher";

const [origin, chromePath, cookies, ...pages] = process.argv.slice(2);
const chromeFlags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const chrome = await launch({ chromePath, chromeFlags });
const { webSocketDebuggerUrl } = await (await fetch(`http://127.0.0.1:${chrome.port}/json/version`)).json();
const { default: puppeteer } = await import("puppeteer-core");
const browser = await puppeteer.connect({ browserWSEndpoint: webSocketDebuggerUrl });

for (const path of pages) {
  const context = browser.defaultBrowserContext();
  await context.setCookie(...JSON.parse(cookies).map(({ name, value }) => ({ name, value, domain: "localhost", path: "/" })));
  const page = await browser.newPage();
  await (await page.createCDPSession()).send("Network.clearBrowserCache"); // everything comes anew, but one stays signed in
  const { lhr } = await lighthouse(origin + path, { port: chrome.port, logLevel: "error", disableStorageReset: true }, undefined, page);
  const score = (name) => Math.round(100 * lhr.categories[name].score);
  const wrong = Object.values(lhr.audits).filter((a) => a.score === 0 && a.scoreDisplayMode === "binary").map((a) => a.id);
  const requests = lhr.audits["network-requests"].details.items;
  console.log(JSON.stringify({
    path, at: new URL(lhr.finalDisplayedUrl).pathname,
    scores: ["performance", "accessibility", "best-practices", "seo"].map(score),
    weight: requests.reduce((sum, r) => sum + r.transferSize, 0),
    first: requests.filter((r) => !["Fetch", "XHR"].includes(r.resourceType)).reduce((sum, r) => sum + r.transferSize, 0),
    elsewhere: requests.filter((r) => !r.url.startsWith(origin) && !r.url.startsWith("data:")).map((r) => r.url),
    blocked: Math.round(lhr.audits["total-blocking-time"].numericValue), wrong,
  }));
  await page.close();
}
await browser.disconnect();
await chrome.kill();
