import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Health } from "../api/types";

export const kUnknownHealth: Health = {
  status: "",
  version: "",
  device: "",
  uptime_s: 0,
  classroom: false,
  read_only: false,
};
export const HealthContext = createContext<Health>(kUnknownHealth);

// In a classroom others may read, generate, play and judge; what they may not do is not shown.
export const useReadOnly = (): boolean => {
  const health = useContext(HealthContext);
  return health.read_only || health.classroom;
};
