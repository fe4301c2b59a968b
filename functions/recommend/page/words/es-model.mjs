/**
 * What the page says in Spanish of the model.
 *
 * @import { Words } from "./en.mjs"
 */

import { capital, count, decimal, percentage } from "../formats.mjs";
import { bent, item } from "./items/es.mjs";

const { one, other } = item;
const ITEMS = { one, other };
const RATINGS = { one: "nota", other: "notas" };
const GUESTS = { one: "cliente", other: "clientes" };

/** @type {Words["model"]} */
export const model = {
  lede: "Lo que elige aquí, y lo bien que lo hace.",
  curious: "Para curiosos",
  story: {
    heading: "En pocas palabras",
    learnt: (ratings, guests, beers, day) =>
      `Taproom ha aprendido de ${count(ratings, RATINGS)} de ${count(guests, GUESTS)} sobre ` +
      `${count(beers, ITEMS)}, la última vez el ${day}.`,
    found: (found, popular) =>
      `Se prueba con notas que nunca ha visto. De diez ${other} que los clientes puntuaron ` +
      `después, ${found} están entre las cien opciones que habría puesto delante; entre las cien ` +
      `más populares, ${popular}.`,
    error: (error, averages) =>
      `En lo que tú darías suele fallar por ${error} estrellas; ` +
      `los simples promedios, por ${averages}.`,
    trial: (share) => `Uno más nuevo está a prueba con el ${share} de los clientes.`,
  },
  trial: {
    heading: "Lo que está a prueba",
    told: {
      starting: (challenger, share) =>
        `${challenger} se va a probar con el ${share} de los clientes.`,
      running: (challenger, share, at) =>
        `${challenger} está a prueba con el ${share} de los clientes desde el ${at}.`,
      promoting: (challenger) => `${challenger} se ha probado y está entrando en servicio.`,
      promoted: (challenger, share, at) =>
        `${challenger} se probó con el ${share} de los clientes desde el ${at}, y ya sirve.`,
      stopped: (challenger, share, at) =>
        `${challenger} se probó con el ${share} de los clientes desde el ${at}, y se descartó.`,
    },
    gain: "Seguido y gustado",
    gainHint: "Respuestas del que está a prueba junto a las del que está en servicio, en puntos",
    columns: ["Respuestas", "A prueba", "En servicio"],
    metrics: { taken: "Seguido", liked: "Gustado" },
    tooFew: "Todavía hay muy pocos clientes para decirlo.",
  },
  servesSince: (since) =>
    `Está en servicio desde el ${since}, y vuelve a aprender cuando llegan notas nuevas.`,
  inService: "Ahora en servicio",
  learntFrom: "Notas de las que aprendió",
  guests: "Clientes",
  beers: item.title,
  keptBack: "Notas reservadas para probarlo",
  report: "Leer el informe del entrenamiento",
  ratings: (ratings) => count(ratings, RATINGS),
  quality: {
    heading: "Cada versión junto a la anterior",
    hint: "Medidas con las mismas notas, con intervalos del 95 %; cada par tiene los suyos.",
    releaseColumns: ["Versión del", "Esta versión", "La anterior", "Mejora"],
    beside: "Junto a lo que debe superar",
    columns: ["Esta versión", "La anterior", "Sin modelo"],
    liked: "Gustado entre los diez primeros",
    likedHint: "Lo que luego gustó a un cliente, entre las diez opciones mostradas",
    found: "Encontrado entre 100",
    foundHint: "Parte de lo que los clientes probaron después que está entre las 100 más cercanas",
    error: "Error de una nota",
    errorHint: "Cuánto falla una nota prevista (RMSE), menos es mejor",
  },
  slices: {
    heading: "Para quién es bueno",
    found: {
      title: "Encontrado entre 100, por grupos",
      note: "De lo que algunos clientes probaron después; con notas reservadas",
      columns: ["Grupo", "Notas", "Encontrado", "Error de una nota"],
    },
    calibrated: {
      title: "Notas dadas, según la nota prevista",
      note: "La marca es lo previsto: una barra que acaba ahí acertó",
      columns: ["Prevista", "Dada", "Notas"],
    },
    report: "Más en el informe",
  },
  chart: {
    asTable: "Como tabla",
    worse: "peor",
    better: "mejor",
    spoken: (title, label, gain) => `${title}, ${label}: ${gain}`,
  },
  online: {
    heading: "Lo que hicieron los clientes",
    answers: "Respuestas",
    taken: "Seguidas de una nota o de una prueba",
    liked: "Gustado entre diez",
    dismissed: "Rechazadas",
    newcomers: "Seguidas por visitantes nuevos",
    place: "Puesto medio",
    given: "Nota dada",
    predicted: "Nota prevista",
    coverage: `Parte mostrada de ${bent("todos los", "todas las")} ${other}`,
    window: "De los últimos 30 días, medido cada hora.",
    story: (taken, interval, answers, guests) =>
      `A ${taken} de cada 100 respuestas siguió una nota o una prueba` +
      (interval ? ` (entre ${interval[0]} y ${interval[1]})` : "") +
      `, de ${count(answers, { one: "respuesta", other: "respuestas" })} a ` +
      `${count(guests, GUESTS)}.`,
    tooFew: "Muy pocos clientes para distinguirlo de la versión anterior.",
    comparison: (isWorse, points, isFewer, days) =>
      (isWorse
        ? "Los clientes toman o disfrutan menos que con la versión anterior, más allá del azar"
        : "No lo hace peor que la versión anterior, hasta donde se sabe") +
      `: ${points} de cada 100 respuestas seguidas ${isFewer ? "de menos" : "de más"}, ` +
      `en ${count(days, { one: "día", other: "días" })} de cada una.`,
  },
  drift: {
    heading: "¿Siguen iguales los datos?",
    shifted: (scores, styles) => {
      const others =
        scores && styles ? "otras notas y otros estilos" : scores ? "otras notas" : "otros estilos";
      return `El último archivo tiene ${others} que lo que aprendió el modelo.`;
    },
    alike: "El último archivo se parece a lo que aprendió el modelo.",
    unlike: {
      title: "Cuánto se aparta de lo aprendido",
      note: "Índice de estabilidad de un archivo; desde la marca son otros datos",
      columns: ["Archivo del", "Índice"],
    },
    scores: (at) => `Notas, ${at}`,
    styles: (at) => `${capital(item.style)}, ${at}`,
    file: (at, { rows, users, mean, beers, guests }) =>
      `${at}: ${count(rows, RATINGS)} de ${count(users, GUESTS)}, ` +
      `${decimal(mean, 2)} de media, ${percentage(beers)} de ${other} que son novedad, ` +
      `${percentage(guests)} de clientes nuevos.`,
  },
  verdict: {
    heading: "El último veredicto",
    promoted: "Aceptado",
    refused: "Rechazado",
    failed: "Fallido",
    passed: "Superado",
    missed: "No alcanzado",
    why: {
      alone: "Supera lo que no necesita modelo, y no hay versión con la que compararla.",
      noWorse: (others) => `Con un 95 % de confianza no es peor que ${others}.`,
      unsure: (metrics, others) =>
        `Muy pocos clientes para saber por ${metrics} si es peor que ${others}; ` +
        "lo que muestran está dentro de los límites más amplios.",
      missed: (metrics) => `No alcanza lo que se pide en ${metrics}.`,
      scores: "Un archivo puede estar del revés o en otra escala.",
    },
    against: {
      "in service": "la versión en servicio",
      "best of the last ten": "la mejor de las diez últimas",
      popularity: "la popularidad",
      "popularity of 7 days": "la popularidad de 7 días",
      "popularity of 30 days": "la popularidad de 30 días",
      "popularity of all time": "la popularidad de siempre",
      "global mean": "la media de todas las notas",
      "user + item bias": "simples medias",
    },
    wanted: (isLeast, bound, against, value) =>
      `se pide ${isLeast ? "al menos" : "como mucho"} ${bound} (${against}: ${value})`,
    better: (share) => `${share} mejor`,
    worse: (share) => `${share} peor`,
    interval: (lower, upper) => `, de ${lower} a ${upper}`,
    unsure: " (muy pocos clientes para saberlo)",
    report: "Leer su informe",
  },
  releases: {
    heading: "Versiones",
    status: {
      "in service": "en servicio",
      replaced: "sustituida",
      "rolling out": "en despliegue",
      "rolled back": "revertida",
    },
    retired: (status) => `${status}, archivada`,
    report: (at) => `Informe del ${at}`,
  },
};
