/** Centres near the visitor, if he shares where he is. A typed town does as well. */
const byId = (id) => document.getElementById(id);

/** Asks the page again for a place and shows its centres; what was typed stays. */
async function show(query) {
    const lang = new URLSearchParams(location.search).get("lang");
    const asked = new URLSearchParams(lang ? { ...query, lang } : query);
    const answer = await fetch(`${location.pathname}?${asked}`);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const centres = page.getElementById("centres");
    if (centres) {
        byId("centres").replaceWith(document.adoptNode(centres));
    }
}

// About a kilometre is near enough, and tells nobody the house.
const rounded = (degrees) => degrees.toFixed(2);

function locate() {
    byId("locate").disabled = true;
    navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
            byId("city").value = "";
            show({ lat: rounded(coords.latitude), lon: rounded(coords.longitude) });
            byId("locate").disabled = false;
        },
        () => {
            byId("locate").hidden = true;
            byId("no-position").hidden = false;
        },
        { timeout: 10000, maximumAge: 600000 }
    );
}

if (byId("near")) {
    byId("near").addEventListener("submit", (event) => {
        event.preventDefault();
        show({ city: byId("city").value });
    });
    if (navigator.geolocation) {
        byId("locate").hidden = false;
        byId("locate").addEventListener("click", locate);
    }
}
