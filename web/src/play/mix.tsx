import { useState } from "preact/hooks";
import { api } from "../api/client";
import { useAction, useObjectUrl } from "../ui/hooks";
import { Problem, Range } from "../ui/parts";
import { SeedField } from "./between";
import type { ToolProps } from "./generate";

// Coarse styles of one latent, fine styles of another (StyleGAN's style mixing).
export function Mix({ network, picked }: ToolProps) {
  const [coarse, setCoarse] = useState(String(picked.a?.seed ?? 0)), [fine, setFine] = useState(String(picked.b?.seed ?? 1)), [layer, setLayer] = useState(2);
  const [blob, setBlob] = useState<Blob | null>(null), url = useObjectUrl(blob);
  const mix = useAction(async () => setBlob(await api.blob("/mix", { network: network.id, coarse: Number(coarse), fine: Number(fine), layer })));
  return (
    <div class="stack">
      <form class="row generate" onSubmit={(event) => { event.preventDefault(); void mix.run(); }}>
        <SeedField label="Coarse: seed" value={coarse} set={setCoarse} />
        <SeedField label="Fine: seed" value={fine} set={setFine} />
        <Range label="Fine from layer" value={layer} min={1} max={8} step={1} onChange={setLayer} />
        <button class="primary" disabled={mix.busy}>Mix</button>
      </form>
      <Problem error={mix.error} />
      {url && <div class="card"><div class="large"><img src={url} alt={`Coarse styles of seed ${coarse}, fine styles of seed ${fine}`} /></div></div>}
    </div>
  );
}
