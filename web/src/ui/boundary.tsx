import { Component, type ComponentChildren } from "preact";
import { Problem } from "./parts";

// A fault of the page itself is said, and the other views stay usable.
export class Boundary extends Component<{ children: ComponentChildren }, { error: Error | null }> {
  override state = { error: null };
  override componentDidCatch(error: Error) {
    console.error(error);
    this.setState({ error });
  }
  override render() {
    if (!this.state.error) return this.props.children;
    return (
      <>
        <div class="view-head">
          <h1>This view has failed</h1>
        </div>
        <Problem error={this.state.error} />
        <p>
          <button type="button" onClick={() => location.reload()}>
            Load the page again
          </button>
        </p>
      </>
    );
  }
}
