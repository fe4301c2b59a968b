// Shows the API's description; without its own file this line would need an exception in the Content-Security-Policy.
SwaggerUIBundle({ url: "openapi.json", dom_id: "#swagger-ui", deepLinking: true, validatorUrl: null });
