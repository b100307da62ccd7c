// A token, and a classroom.
import assert from "node:assert/strict";
import { test } from "node:test";
import { open, serve } from "../support.mjs";
import { button, given, step, until } from "./given.mjs";

test("a token is asked for, once, and kept out of the address", { skip: given.foreign }, async () => {
  const guarded = await serve(given.runs, "--token", "wing-tips-are-black");
  const { page, context } = await open(given.browser, guarded.address, {
    hash: "runs",
  });
  await page.getByRole("textbox", { name: "Token" }).fill("wrong");
  await button(page, "Open").click();
  await page.getByText("That is not this server's token.").waitFor();
  await page.getByRole("textbox", { name: "Token" }).fill("wing-tips-are-black");
  await button(page, "Open").click();
  await page.locator(".run-card img").first().waitFor();
  await until("the pictures, by the cookie", () =>
    page
      .locator(".run-card img")
      .first()
      .evaluate((image) => image.naturalWidth > 0),
  );
  const second = await open(given.browser, guarded.address);
  await second.page.goto(`${guarded.address}/#token=wing-tips-are-black`);
  await second.page.reload();
  await until("the token has left the address", async () => !second.page.url().includes("wing"));
  await context.close();
  await second.context.close();
  await guarded.stop();
});

test("in a classroom nothing is offered that is not allowed", { skip: given.foreign }, async () => {
  const classroom = await serve(given.runs, "--classroom");
  const { page, faults, context } = await open(given.browser, classroom.address, {
    hash: "runs",
  });
  await page.locator(".run-card").first().waitFor();
  await page.getByText("Classroom", { exact: true }).waitFor();
  assert.equal(await page.getByRole("link", { name: "New run" }).count(), 0);
  await page.locator(".run-card h2 a").first().click();
  await page.getByRole("heading", { name: "Samples" }).waitFor();
  for (const name of ["Resume", "Fork", "Stop", "Delete"])
    assert.equal(await page.getByText(name, { exact: true }).count(), 0, name);
  await page.getByRole("link", { name: "Game", exact: true }).click();
  await button(page, "Run").click();
  await until("a game of one's own", async () => (await step(page)) > 20);
  assert.deepEqual(faults, []);
  await context.close();
  await classroom.stop();
});
