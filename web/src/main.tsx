import { render } from "preact";
import "uplot/dist/uPlot.min.css";
import "./style/index.css";
import { takeTokenFromAddress } from "./api/client";
import { App } from "./app";
import { applyTheme, savedTheme } from "./ui/theme";

applyTheme(savedTheme());
void takeTokenFromAddress().then(() => render(<App />, document.getElementById("app") as HTMLElement));
